/**
 * `aws SERVICE OPERATION --parameter value … [--query A.B] [--output text]` as far as the runbook uses it, by the AWS SDK: so
 * that a drill needs no AWS CLI.
 */
const CLIENTS: Readonly<Record<string, string>> = { dynamodb: 'DynamoDB', pipes: 'Pipes' };

const [service = '', operation = '', ...rest] = process.argv.slice(2);
const sdk = await import(`@aws-sdk/client-${service}`);
const client = new sdk[`${CLIENTS[service]}Client`]({});
// What is waited for is there at once on the local engine.
const isWait = operation === 'wait';
const { query, output, ...input } = parameters(isWait ? rest.slice(1) : rest);
const Command = sdk[`${pascalCase(isWait ? 'describe-table' : operation)}Command`];
const answer = await client.send(new Command(input));
if (query !== undefined) {
  const value = String(query)
    .split('.')
    .reduce((found: Record<string, never> | undefined, name) => found?.[name], answer);
  console.log(output === 'text' ? value : JSON.stringify(value));
} else if (!isWait) {
  const { $metadata: _, ...shown } = answer;
  console.log(JSON.stringify(shown, undefined, 2));
}

function parameters(args: readonly string[]): Record<string, unknown> & { query?: unknown; output?: unknown } {
  const found: Record<string, unknown> = {};
  for (let i = 0; i < args.length; i += 2) {
    const name = args[i]?.slice(2) ?? '';
    const value = args[i + 1] ?? '';
    if (name === 'query' || name === 'output') found[name] = value;
    else found[pascalCase(name)] = parsedValue(name, value);
  }
  return found;
}

/** JSON, or the AWS CLI's shorthand for structures: `A=x,B=y`. */
function parsedValue(name: string, value: string): unknown {
  if (value.startsWith('{')) return JSON.parse(value);
  if (name.endsWith('-date-time')) return new Date(value);
  if (!/^\w+=[^,]*(,\w+=[^,]*)*$/.test(value)) return value;
  const members = value.split(',').map((pair) => pair.split('='));
  return Object.fromEntries(members.map(([key, text]) => [key, text === 'true' ? true : text]));
}

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());
}
