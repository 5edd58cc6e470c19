export function endWithStarter(env?: NodeJS.ProcessEnv): void;
