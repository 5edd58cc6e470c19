import { CloudFormation } from '../cloudformation/cloudformation.ts';
import type { Stacks } from '../cloudformation/stacks.ts';
import { CloudWatch, cloudWatchApi, type Metric, measureQueues } from '../cloudwatch/index.ts';
import type { Account } from '../core/account.ts';
import { TRACE_HEADER } from '../core/trace-header.ts';
import { checkExpressionSizes, type DynamoDbStream, DynamoDbStreams } from '../dynamodb/index.ts';
import { CloudWatchLogs } from '../logs/index.ts';
import { pipesApi } from '../pipes/index.ts';
import { queryErrors } from '../protocols/error-formats.ts';
import type { ApiRequest, ServiceApi } from '../protocols/http.ts';
import { jsonBody, jsonService } from '../protocols/json-protocol.ts';
import { queryAction, queryParameters } from '../protocols/query-protocol.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';
import { resourceTaggingApi, type S3, s3Error, s3Operation } from '../s3/index.ts';
import { answerServiceQuotas } from '../service-quotas/index.ts';
import type { Services } from '../services.ts';
import { Sqs, sqsErrors, sqsOperations } from '../sqs/index.ts';
import { answerSts } from '../sts/index.ts';
import { engineLogGroups } from './engine-logs.ts';
import type { ServiceApis } from './gateway.ts';

/** The APIs behind the gateway, by the service name in signatures. */
export function serviceApis(services: Services, s3: S3, stacks: Stacks): ServiceApis {
  const { parameters, account } = services;
  return new Map<string, ServiceApi>([
    ['cloudformation', cloudFormationApi(stacks)],
    ['dynamodb', dynamoDbApi(services)],
    ['events', eventsApi(services)],
    ['logs', logsApi(services)],
    ['pipes', pipesApi(services.pipes)],
    ['monitoring', metricsApi(services)],
    ['s3', s3Api(s3)],
    ['servicequotas', serviceQuotasApi(account)],
    ['sqs', sqsApi(services)],
    ['ssm', jsonService('1.1', (operation, body) => parameters.handle(operation, body))],
    ['sts', stsApi(account)],
    ['tagging', resourceTaggingApi({ account, buckets: s3.buckets })],
  ]);
}

function eventsApi({ events }: Services): ServiceApi {
  return jsonService(
    '1.1',
    (operation, members, { headers }) => {
      const trace = headers[TRACE_HEADER];
      return events.handle(operation, members, typeof trace === 'string' ? trace : undefined);
    },
    schemasOf('eventbridge'),
  );
}

function cloudFormationApi(stacks: Stacks): ServiceApi {
  const cloudformation = new CloudFormation(() => stacks.deployed);
  return {
    operationOf: queryAction,
    handle: async (_operation, request) => cloudformation.handle(queryParameters(request)),
    errorOf: queryErrors,
  };
}

/** Tables and streams have two APIs with one service name. */
function dynamoDbApi({ dynamodb, tables, streams, clock }: Services): ServiceApi {
  const isEnabled = (stream: DynamoDbStream) => dynamodb.streamOf(stream.tableName) === stream;
  const others = [new DynamoDbStreams({ streams, isEnabled, clock }), tables];
  const schemas = schemasOf('dynamodb');
  const api = jsonService('1.0', (operation, request) => {
    const other = others.find((it) => it.has(operation));
    if (other === undefined) return dynamodb.handle(operation, request);
    schemas.check(operation, request);
    return other.handle(operation, request);
  });
  // The item API has its own words for a request that does not fit.
  const validate = (operation: string, request: ApiRequest) => {
    const members = jsonBody(request);
    schemas.check(operation, members);
    checkExpressionSizes(members);
  };
  return { ...api, validate };
}

function logsApi({ account, clock, logs: functionLogs, journal, events }: Services): ServiceApi {
  const groups = engineLogGroups({ functionLogs, journal, events, startedAt: clock.now() });
  const logs = new CloudWatchLogs({ account, groups });
  return jsonService('1.1', (operation, request) => logs.handle(operation, request), schemasOf('cloudwatch-logs'));
}

function serviceQuotasApi(account: Account): ServiceApi {
  const answer = (operation: string, body: Record<string, unknown>) => answerServiceQuotas(operation, body, account);
  return jsonService('1.1', answer, schemasOf('service-quotas'));
}

function schemasOf(client: string): RequestSchemas {
  return new RequestSchemas(`@aws-sdk/client-${client}`);
}

function metricsApi(services: Services): ServiceApi {
  const { account, clock, metrics: history, dashboards } = services;
  const measure = (metric: Metric) => measureQueues(services, metric, clock.now());
  const cloudWatch = new CloudWatch({ account, clock, measure, history, dashboards });
  return cloudWatchApi((operation, request) => cloudWatch.handle(operation, request));
}

function s3Api(s3: S3): ServiceApi {
  return {
    operationOf: s3Operation,
    handle: (_operation, request) => s3.handle(request),
    errorOf: (error, { requestId }) => s3Error(error, requestId),
    crossOrigin: (request) => s3.crossOrigin(request),
  };
}

function sqsApi(services: Services): ServiceApi {
  const sqs = new Sqs(sqsOperations(services));
  return {
    operationOf: Sqs.operationOf,
    validate: (operation, request) => sqs.validate(operation, request),
    handle: (operation, request) => sqs.handle(operation, request),
    errorOf: sqsErrors,
  };
}

function stsApi(account: Account): ServiceApi {
  return {
    operationOf: queryAction,
    handle: async (operation) => answerSts(operation, account),
    errorOf: queryErrors,
  };
}
