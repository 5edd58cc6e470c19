import { useSignal } from '@preact/signals';
import type { LabDone, LabPreview } from '../../contract/lab.ts';
import { ActionButton, isReadOnly, ReadOnly } from '../actions.tsx';
import { Command } from '../parts.tsx';
import { change } from '../server.ts';
import { AnswerProblem } from '../states.tsx';
import { useAnswer } from '../use-answer.ts';

/** How long what is asked must stay the same: a form changes often while it is filled in. */
const SETTLE_MS = 150;

interface DoProps {
  readonly text: string;
  readonly path: string;
  readonly body: object;
  readonly isDisabled?: boolean;
  readonly kind?: 'primary';
}

/** A button that changes something in the lab, and what came of it. */
export function Do({ path, body, ...button }: DoProps) {
  const done = useSignal('');
  const work = async () => {
    done.value = '';
    done.value = (await change<LabDone>(path, body)).text;
  };
  return (
    <>
      <ActionButton {...button} work={work} />
      <p role="status">{done.value}</p>
    </>
  );
}

interface ChangeProps {
  /** Where the preview is read. */
  readonly preview: string;
  readonly path: string;
  readonly body: object;
  readonly button: string;
}

/** What a change would do, the button that makes it, what came of it, and the command that does the same. */
export function Change({ preview: asked, path, body, button }: ChangeProps) {
  const preview = useAnswer<LabPreview>(asked, { settleMs: SETTLE_MS });
  const { answer, problem, isCurrent } = preview;
  return (
    <>
      {answer !== undefined && <PreviewLines lines={answer.lines} />}
      <AnswerProblem of={preview} lines={1} canAskAgain={false} />
      {isReadOnly() ? (
        <ReadOnly to="break something" />
      ) : (
        <Do
          kind="primary"
          text={button}
          path={path}
          body={body}
          isDisabled={!isCurrent || answer === undefined || problem !== undefined}
        />
      )}
      {answer !== undefined && <Command text={answer.command} />}
    </>
  );
}

/** What a button would do. */
export function PreviewLines({ lines }: Pick<LabPreview, 'lines'>) {
  return (
    <ul class="preview">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
