import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PROJECT_FOLDER } from '../../../cdk/synthesize.ts';
import { AwsClients } from '../../../operations/aws/aws-clients.ts';
import { DEFAULT_REGION } from '../../../operations/aws/target.ts';
import { findStack } from '../../../operations/deployed/stack.ts';
import { UsersTable } from '../../../operations/deployed/users-table.ts';
import { SAMPLE_USERS } from '../../../operations/users/index.ts';
import { median, print, rounded } from '../figures.ts';
import { treeCpu } from '../process-cpu.ts';

/** The first may compile what the others find compiled. */
const STARTS = 5;
const TARGET_MS = 4000;

/** What one `npm start` took, in milliseconds, until the first sample user has a URI. */
interface AppStart {
  readonly ms: number;
  /** CPU time of all its processes; undefined where the system does not say. */
  readonly cpuMs?: number;
}

/** Runs `npm start` in this checkout. @throws Error unless the URI that it shows is in a row */
async function start(): Promise<AppStart> {
  const begun = performance.now();
  const npm = spawn('npm', ['start', '--', '--port', '0'], {
    cwd: PROJECT_FOLDER,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(npm, 'exit');
  let said = '';
  const shown = new Promise<string>((resolve) => {
    npm.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, uri] = /^✔ .*\n {2}› (s3:\S+)$/m.exec(said) ?? [];
      if (uri !== undefined) resolve(uri);
    });
  });
  const uri = await Promise.race([
    shown,
    ended.then(() => Promise.reject(new Error(`npm start has ended too early: ${said}`))),
  ]);
  const ms = performance.now() - begun;
  const cpu = treeCpu(npm.pid ?? 0);
  await checkIsRecorded(uri, / runs at (\S+) /.exec(said)?.[1]);
  npm.kill();
  await ended;
  return { ms, ...(cpu && { cpuMs: (cpu.own + cpu.descendants) * 1000 }) };
}

async function checkIsRecorded(uri: string, endpoint = 'nowhere'): Promise<void> {
  const target = { endpoint, region: DEFAULT_REGION };
  const clients = new AwsClients(target);
  const table = new UsersTable(clients.of(DynamoDBClient), await findStack(clients.of(CloudFormationClient), target));
  const uris = await table.readUris(SAMPLE_USERS);
  clients.destroy();
  if (![...uris.values()].includes(uri)) throw new Error(`No sample user's row has ${uri}.`);
}

const starts: AppStart[] = [];
for (let number = 0; number < STARTS; number += 1) starts.push(await start());
print({
  measure: 'npm start until the first sample user has a URI',
  unit: 'ms',
  value: median(starts.map(({ ms }) => ms)),
  all: starts.map(({ ms }) => rounded(ms)),
  target: TARGET_MS,
});
const cpuMs = starts.flatMap((each) => each.cpuMs ?? []);
if (cpuMs.length > 0) {
  print({
    measure: 'CPU time of npm start until the first sample user has a URI',
    unit: 'ms',
    value: median(cpuMs),
  });
}
