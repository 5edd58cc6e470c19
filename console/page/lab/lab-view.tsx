import type { LabPage } from '../../contract/lab.ts';
import { address, addressOf } from '../address.ts';
import { Time } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { useLive } from '../server.ts';
import { Skeleton, ViewHeading } from '../states.tsx';
import { spanText } from '../texts.ts';
import { FaultForm } from './fault-form.tsx';
import { ArmedFaults, FunctionForm, PipeForm, TimeForm } from './forms.tsx';
import { Lessons } from './lessons.tsx';
import { Marks } from './marks.tsx';

/** Breaks a local engine on purpose, and teaches what to do then. */
export function LabView() {
  const place = info.value?.place;
  if (place === undefined) return <Skeleton lines={6} />;
  return place === 'engine' ? <EngineLab /> : <NoLab />;
}

function NoLab() {
  return (
    <>
      <ViewHeading title="Lab" />
      <div class="notice">
        <p>
          The lab breaks things on purpose, so it works on a local engine only. This console shows the stack{' '}
          {info.value?.stack} on AWS. Start an engine with npm start, and open its console.
        </p>
      </div>
    </>
  );
}

const PARTS = { break: 'Break', lessons: 'Lessons' } as const;

function EngineLab() {
  const live = useLive<LabPage>('/api/lab');
  const shown = address.value.query.get('show') === 'lessons' ? 'lessons' : 'break';
  const { data } = live.value;
  return (
    <>
      <ViewHeading title="Lab" live={live.value}>
        {data !== undefined && data.skippedMs > 0 && (
          <span class="quiet">
            The engine is {spanText(data.skippedMs)} ahead: it is <Time at={Date.now() + live.value.offset} isDated />{' '}
            there
          </span>
        )}
      </ViewHeading>
      <nav class="filters" aria-label="Parts of the lab">
        {Object.entries(PARTS).map(([part, name]) => (
          <a
            key={part}
            href={addressOf('/lab', { show: part === 'break' ? undefined : part })}
            aria-current={part === shown ? 'page' : undefined}
          >
            {name}
          </a>
        ))}
      </nav>
      {data !== undefined && (shown === 'lessons' ? <Lessons /> : <Breaking page={data} />)}
    </>
  );
}

function Breaking({ page }: { readonly page: LabPage }) {
  return (
    <>
      <p class="quiet lab-part">
        Everything that you do here is a mark in the waterfall of each user whom it touches. Faults end with the engine.
      </p>
      <div class="forms lab-forms">
        <FaultForm page={page} />
        <TimeForm page={page} />
        <FunctionForm page={page} />
        <PipeForm page={page} />
      </div>
      <ArmedFaults page={page} />
      <Marks page={page} />
    </>
  );
}
