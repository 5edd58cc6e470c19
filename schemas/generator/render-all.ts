import { join } from 'node:path';
import type { GeneratedFolder } from './generated-files.ts';
import { readEventSchemas } from './read-event-schemas.ts';
import { readSamples } from './read-samples.ts';
import { renderAsyncApi } from './render-asyncapi.ts';
import { renderContract, renderIndex } from './render-contracts.ts';
import { renderEventsPage } from './render-events-page.ts';
import { renderRegisteredSchemas } from './render-registered-schemas.ts';
import { renderValidators, renderValidatorTypes } from './render-validators.ts';

/**
 * Renders everything that the schemas and samples of a folder generate, and reads nothing else: the same schemas and
 * samples give the same bytes.
 *
 * @param schemaFolder holds `*.schema.json` and `samples/`
 */
export async function renderAll(schemaFolder: string): Promise<GeneratedFolder[]> {
  const events = await readEventSchemas(schemaFolder);
  const samples = await readSamples(join(schemaFolder, 'samples'), events);
  const perEvent = await Promise.all(
    events.map(
      async (event): Promise<[string, string][]> => [
        [`${event.schemaName}.ts`, await renderContract(event)],
        [`${event.schemaName}.validators.js`, await renderValidators(event)],
        [`${event.schemaName}.validators.d.ts`, renderValidatorTypes(event)],
      ],
    ),
  );
  return [
    {
      path: 'schemas/generated',
      owns: () => true,
      files: new Map([
        ...perEvent.flat(),
        ['event-contracts.ts', renderIndex(events)],
        ['registered-schemas.ts', renderRegisteredSchemas(events)],
      ]),
    },
    {
      path: 'docs',
      owns: (name) => name.startsWith('events.'),
      files: new Map([
        ['events.asyncapi.json', renderAsyncApi(events, samples)],
        ['events.md', renderEventsPage(events, samples)],
      ]),
    },
  ];
}
