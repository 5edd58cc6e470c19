import type { PayloadView, RemedyView, Track } from '../../contract/user.ts';
import { Changes, Code, Payload } from '../parts.tsx';
import { spanText, utcText } from '../texts.ts';

interface StepDetailsProps {
  readonly id: string;
  readonly track: Track;
  /** When the registration began. */
  readonly startedAt: number;
}

/** What happened in a step, in order, and what the step was given. */
export function StepDetails({ id, track: { hops, payload }, startedAt }: StepDetailsProps) {
  return (
    <div class="details" id={id}>
      <ol class="hops">
        {hops.map((hop, index) => (
          <li key={`${index} ${hop.at}`} class={`${hop.kind}${hop.isProblem ? ' failed' : ''}`}>
            <time class="number" dateTime={new Date(hop.at).toISOString()} title={utcText(hop.at)}>
              +{spanText(hop.at - startedAt)}
            </time>
            <span class="who">{hop.who}</span>
            <span class="text">
              {hop.isProblem && (
                <span class="mark">
                  <span aria-hidden="true">✕</span>
                  <span class="hidden">problem: </span>
                </span>
              )}
              {hop.text}
              {hop.remedy !== undefined && <Remedy remedy={hop.remedy} />}
            </span>
          </li>
        ))}
      </ol>
      {payload !== undefined && <StepPayload payload={payload} />}
    </div>
  );
}

/** The statement that was missing. */
function Remedy({ remedy: { where, statement } }: { readonly remedy: RemedyView }) {
  return (
    <span class="remedy">
      <span>This would allow it, {where}:</span>
      <Code text={statement} what="statement" />
    </span>
  );
}

/** What the step was given, and what is new in it. */
function StepPayload({ payload: { title, text, changes } }: { readonly payload: PayloadView }) {
  return (
    <Payload title={title} text={text} what="JSON">
      {changes !== undefined && (
        <>
          <h4>New since the step before</h4>
          {changes.length === 0 ? <p class="quiet">Nothing.</p> : <Changes changes={changes} />}
        </>
      )}
    </Payload>
  );
}
