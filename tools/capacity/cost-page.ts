import { join } from 'node:path';
import { stageTemplate } from '../stage-template.ts';
import { renderCostPage } from './render-cost-page.ts';
import { stackFacts } from './stack-facts.ts';

/** Stages of cdk.json that the page tells of; the last one in detail. */
const STAGES = ['dev', 'prod'];

/** Of the pipeline itself. The page stays right whatever else subscribes: it says what one more costs. */
const OWN_SUBSCRIBERS = ['bucket-service', 'uri-recorder'];

/** Where it stands. */
export const COST_PAGE = join(import.meta.dirname, '..', '..', 'docs', 'cost.md');

/** The page as it should be: of the stack as it is synthesized, without any hash of an asset. */
export async function costPage(): Promise<string> {
  const stages = await Promise.all(
    STAGES.map(async (name) => ({
      name,
      facts: stackFacts(await stageTemplate({ stage: name }, (each) => OWN_SUBSCRIBERS.includes(each))),
    })),
  );
  return renderCostPage(stages);
}
