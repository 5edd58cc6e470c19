import { Command } from '@commander-js/extra-typings';

/**
 * The command of a script in package.json. Run it with `runProgram`: it prints the help, and ends with code 2 where an option or an
 * argument is wrong, before anything is done.
 * @param name of the script, such as `simulate`
 */
export function script(name: string, description: string): Command {
  return new Command(`npm run ${name} --`).description(description).allowExcessArguments(false).exitOverride();
}
