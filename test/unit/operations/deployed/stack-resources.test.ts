import { expect, test } from '@jest/globals';
import { partsOf } from '../../../../operations/deployed/stack.ts';

const GROUP = 'AWS::Logs::LogGroup';

test('given resources, the parts of constructs are found by the construct’s id', () => {
  const resources = [
    { logicalId: 'UriRecorderLogs54E8004E', physicalId: 'uri-logs', type: GROUP },
    { logicalId: 'LogsReaderLogs54E8004E', physicalId: 'reader-logs', type: GROUP },
    {
      logicalId: 'UriRecorderLogsPolicy6E49E084',
      physicalId: 'policy',
      type: 'AWS::IAM::Policy',
    },
    { logicalId: 'Logs', physicalId: 'without id', type: GROUP },
    { logicalId: 'MailLogs54E8004E', physicalId: '', type: GROUP },
    { logicalId: 'MailLogs54E8004E', physicalId: 'queue', type: 'AWS::SQS::Queue' },
  ];
  expect([...partsOf(resources, GROUP, 'Logs')]).toEqual([
    ['UriRecorder', 'uri-logs'],
    ['LogsReader', 'reader-logs'],
  ]);
});
