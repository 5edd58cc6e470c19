import { AwsError } from '../core/aws-error.ts';
import type { ApiRequest, ApiResponse, ErrorFormat, ServiceApi } from '../protocols/http.ts';
import { RequestMembers } from '../protocols/json-protocol.ts';
import { pageByName } from '../protocols/operations.ts';
import type { Pipe } from './pipe.ts';

/** By method and path. Source: EventBridge Pipes API reference. */
const ROUTES: Readonly<Record<string, RegExp>> = {
  ListPipes: /^GET \/v1\/pipes\/?$/,
  DescribePipe: /^GET \/v1\/pipes\/([^/]+)$/,
  StartPipe: /^POST \/v1\/pipes\/([^/]+)\/start$/,
  StopPipe: /^POST \/v1\/pipes\/([^/]+)\/stop$/,
};

const STATES = ['RUNNING', 'STOPPED'] as const;

/** The API of EventBridge Pipes, in AWS's REST JSON protocol: describes, lists, stops and starts pipes. */
export function pipesApi(pipes: ReadonlyMap<string, Pipe>): ServiceApi {
  return {
    operationOf: (request) => {
      const [name] = Object.entries(ROUTES).find(([, route]) => route.test(called(request))) ?? [];
      return name ?? called(request);
    },
    operations: Object.keys(ROUTES),
    handle: async (operation, request) => jsonAnswer(answer(pipes, operation, request)),
    errorOf: pipesError,
  };
}

/** AWS does not say what it answers if the pipe has the desired state already; here nothing happens. */
function answer(pipes: ReadonlyMap<string, Pipe>, operation: string, request: ApiRequest): object {
  if (operation === 'ListPipes') return listPipes(pipes, request);
  const name = ROUTES[operation]?.exec(called(request))?.[1];
  if (name === undefined) {
    const message = `The local engine does not implement pipes: ${operation}.`;
    throw new AwsError('UnknownOperationException', message, 404);
  }
  const pipe = pipes.get(name);
  if (pipe === undefined) throw new AwsError('NotFoundException', `Pipe ${name} does not exist.`, 404);
  if (operation === 'DescribePipe') return pipe.describe();
  const { DesiredState } = pipe.describe();
  if (operation === 'StartPipe' && DesiredState === 'STOPPED') pipe.resume();
  if (operation === 'StopPipe' && DesiredState === 'RUNNING') pipe.pause();
  return summary(pipe);
}

function listPipes(pipes: ReadonlyMap<string, Pipe>, { url }: ApiRequest): object {
  const query = Object.fromEntries(url.searchParams);
  const members = new RequestMembers(
    { ...query, ...('Limit' in query && { Limit: Number(query.Limit) }) },
    'ValidationException',
  );
  const namePrefix = members.text('NamePrefix') ?? '';
  const sourcePrefix = members.text('SourcePrefix') ?? '';
  const targetPrefix = members.text('TargetPrefix') ?? '';
  const desiredState = members.oneOf('DesiredState', STATES);
  const currentState = members.text('CurrentState');
  const limit = members.wholeNumber('Limit', { least: 1, most: 100 }) ?? 100;
  const token = members.text('NextToken');
  const found = [...pipes.values()].filter((pipe) => {
    const { Source, Target, DesiredState, CurrentState } = pipe.describe();
    return (
      pipe.name.startsWith(namePrefix) &&
      Source.startsWith(sourcePrefix) &&
      Target.startsWith(targetPrefix) &&
      (desiredState ?? DesiredState) === DesiredState &&
      (currentState ?? CurrentState) === CurrentState
    );
  });
  const invalid = () => new AwsError('ValidationException', 'The specified NextToken is invalid.');
  const { page, token: NextToken } = pageByName(found, ({ name }) => name, { token, limit, invalid });
  return {
    Pipes: page.map((pipe) => {
      const { Source, Target, StateReason } = pipe.describe();
      return { ...summary(pipe), Source, Target, ...(StateReason !== undefined && { StateReason }) };
    }),
    ...(NextToken !== undefined && { NextToken }),
  };
}

function summary(pipe: Pipe): object {
  const { Arn, Name, DesiredState, CurrentState, CreationTime, LastModifiedTime } = pipe.describe();
  return { Arn, Name, DesiredState, CurrentState, CreationTime, LastModifiedTime };
}

/** Such as `GET /v1/pipes`. */
function called({ method, url }: ApiRequest): string {
  return `${method} ${url.pathname}`;
}

function jsonAnswer(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): ApiResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

const pipesError: ErrorFormat = ({ code, message, status, details }) =>
  jsonAnswer({ message, ...details }, status, { 'x-amzn-errortype': code });
