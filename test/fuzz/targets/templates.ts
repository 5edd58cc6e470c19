import { isDeepStrictEqual } from 'node:util';
import type { AssembledStack } from '../../../packages/local-engine/cloudformation/assembly.ts';
import { readAssemblies } from '../../../packages/local-engine/cloudformation/assembly.ts';
import { Stacks } from '../../../packages/local-engine/cloudformation/stacks.ts';
import { type Template, TemplateError } from '../../../packages/local-engine/cloudformation/template/template.ts';
import { localAccount } from '../../../packages/local-engine/core/account.ts';
import { SkippingClock } from '../../../packages/local-engine/core/clock.ts';
import { createServices, type Services } from '../../../packages/local-engine/services.ts';
import { Storage } from '../../../packages/local-engine/storage/storage.ts';
import { quietAssembly } from '../quiet-pipeline.ts';
import { type FuzzTarget, problemOf } from '../target.ts';

/** Where in the template what is changed; the whole template has too many resources to hit one of each kind often. */
interface TemplateInput {
  /** The resource that has these properties instead of its own; none for a change elsewhere. */
  readonly logicalId?: string;
  readonly resource?: unknown;
  /** Sections apart from the resources, with new content. */
  readonly sections?: Readonly<Record<string, unknown>>;
}

/** Templates, to which a running stack is updated: an update that is refused must leave all as it was. */
export const templates: FuzzTarget = {
  name: 'templates',
  share: 1.5,
  start: async () => {
    const assembly = await quietAssembly();
    const [original] = await readAssemblies([assembly.folder]);
    if (original === undefined) throw new Error('The pipeline has no stack.');
    const storage = new Storage();
    const services = createServices({
      account: localAccount('ap-northeast-1', '123456789012'),
      endpoint: 'http://127.0.0.1:4566',
      clock: new SkippingClock(),
      storage,
    });
    const stacks = new Stacks(services);
    await stacks.update(async () => [original]);
    const { Resources, ...sections } = original.template;
    const ids = Object.keys(Resources);
    return {
      generate: (mutator) => {
        if (mutator.chance(5)) return { sections: mutator.value(sections) };
        const logicalId = mutator.pick(ids);
        return { logicalId, resource: mutator.value(Resources[logicalId]) };
      },
      check: (input) => updateProblem({ stacks, services, original }, (input ?? {}) as TemplateInput),
      stop: async () => {
        await stacks.close();
        for (const mapping of services.mappings.values()) mapping.stop();
        for (const pipe of services.pipes.values()) pipe.stop();
        services.delivery.stop();
        services.queues.close();
        await Promise.all([...services.functions.values()].map((fn) => fn.kill()));
        storage.close();
        await assembly.remove();
      },
    };
  },
};

interface Running {
  readonly stacks: Stacks;
  readonly services: Services;
  readonly original: AssembledStack;
}

async function updateProblem(running: Running, input: TemplateInput): Promise<string | undefined> {
  const { stacks, services, original } = running;
  const { logicalId, resource, sections = {} } = input;
  const Resources = { ...original.template.Resources, ...(logicalId !== undefined && { [logicalId]: resource }) };
  const template = { ...original.template, ...sections, Resources } as Template;
  const before = stateOf(services);
  const deployed = stacks.deployed;
  try {
    await stacks.update(async () => [{ ...original, template }]);
  } catch (error) {
    const unnamed = unnamedError(error);
    if (unnamed !== undefined) return unnamed;
    if (stacks.deployed === deployed) {
      const after = stateOf(services);
      return isDeepStrictEqual(after, before) ? undefined : `${differenceOf(before, after)} after ${problemOf(error)}`;
    }
  }
  // Back to what ran before.
  await stacks.update(async () => [original]);
  return undefined;
}

/** A TemplateError may wrap the error of a service; one of JavaScript itself names nothing. */
function unnamedError(error: unknown): string | undefined {
  if (!(error instanceof TemplateError)) return problemOf(error);
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AggregateError) return undefined;
    if (cause instanceof TypeError || cause instanceof RangeError || cause instanceof ReferenceError)
      return problemOf(cause);
  }
  return undefined;
}

function stateOf(services: Services): Readonly<Record<string, unknown>> {
  const { queues, events, functions, pipes, mappings, streams, roles } = services;
  return {
    queues: queues.all().map(({ arn }) => arn),
    rules: events.buses.all().map(({ name, rules }) => [name, [...rules.keys()]]),
    functions: [...functions.keys()],
    pipes: [...pipes.keys()],
    mappings: [...mappings.keys()],
    streams: [...streams.keys()],
    hasRoles: roles !== undefined,
  };
}

function differenceOf(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): string {
  const name = Object.keys(before).find((part) => !isDeepStrictEqual(before[part], after[part])) ?? '';
  return `${name} changed from ${JSON.stringify(before[name])} to ${JSON.stringify(after[name])}`;
}
