import {
  compileInputTemplate,
  InvalidInputTemplateError,
} from '../../../packages/local-engine/pipes/input-template.ts';
import { plainTarget, refusedBy } from '../target.ts';

const TEMPLATES = [
  '{"userId": <$.dynamodb.Keys.userId.S>, "eventId": <$.eventID>}',
  '{"a": "x-<$.dynamodb.NewImage.a.L[0].S>", "b": <aws.pipes.event.ingestion-time>, "c": [<$>]}',
  '<aws.pipes.event>',
  'text <$.a> and <b>markup</b>',
  '[<$.dynamodb>, <$.eventID>]',
  "{\"a\": <$['x'].y[0]['z']>}",
];
const RECORD = {
  eventID: 'a"b',
  dynamodb: { Keys: { userId: { S: 'Ünï "q" \\ \n' } }, NewImage: { a: { L: [{ S: 'x' }, { N: '1' }] } } },
};

/** The pipe's input templates, and the records that they render. */
export const inputTemplates = plainTarget('input-templates', 14, {
  generate: (mutator) => ({
    template: mutator.text(mutator.pick(TEMPLATES)),
    record: mutator.chance(2) ? RECORD : mutator.value(RECORD),
  }),
  check: (input) => {
    const { template, record } = input as { template?: unknown; record?: unknown };
    if (typeof template !== 'string') return undefined;
    return refusedBy([InvalidInputTemplateError], () => {
      const rendered: unknown = compileInputTemplate(template)(record ?? null, { 'aws.pipes.pipe-name': 'p' });
      return typeof rendered === 'string' ? undefined : `it rendered ${typeof rendered}`;
    });
  },
});
