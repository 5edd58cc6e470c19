import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';

/** A batch of messages m0, m1, …: each with one of the events, or the text given instead, as its body. */
export function sqsBatch(bodies: readonly unknown[]): SQSEvent {
  return { Records: bodies.map((body, index) => sqsRecord(`m${index}`, body)) };
}

function sqsRecord(messageId: string, body: unknown): SQSRecord {
  return {
    messageId,
    receiptHandle: `receipt-${messageId}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '2',
      SentTimestamp: '1714458436000',
      SenderId: 'rule',
      ApproximateFirstReceiveTimestamp: '1714458436500',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:ap-northeast-1:123456789012:queue',
    awsRegion: 'ap-northeast-1',
  };
}

/** What the Lambda runtime tells about an invocation that still has that many milliseconds. */
export function lambdaContext(remainingMilliseconds = 10_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'subscriber',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:subscriber',
    memoryLimitInMB: '256',
    awsRequestId: 'request-1',
    logGroupName: 'group',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => remainingMilliseconds,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
