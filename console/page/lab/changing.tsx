import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LabDone, LabPreview } from '../../contract/lab.ts';
import { Command, Problem } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { change, type RequestFailed, read } from '../server.ts';

/** Makes one change at a time, and keeps what came of it. */
export function useChange() {
  const isBusy = useSignal(false);
  const done = useSignal<string | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const make = async (path: string, body: object): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    done.value = undefined;
    problem.value = undefined;
    try {
      done.value = (await change<LabDone>(path, body)).text;
    } catch (error) {
      problem.value = (error as RequestFailed).message;
    } finally {
      isBusy.value = false;
    }
  };
  return { isBusy, done, problem, make };
}

/** How long what is asked must stay the same: a form changes often while it is filled in. */
const SETTLED_MS = 150;

/** What a change would do, asked for again when its address changes. */
export function usePreview(path: string) {
  const found = useSignal<{ readonly of: string; readonly preview?: LabPreview; readonly problem?: string }>({
    of: '',
  });
  useEffect(() => {
    let isOver = false;
    const timer = setTimeout(() => {
      read<LabPreview>(path).then(
        (preview) => {
          if (!isOver) found.value = { of: path, preview };
        },
        ({ message }: RequestFailed) => {
          if (!isOver) found.value = { of: path, problem: message };
        },
      );
    }, SETTLED_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [path]);
  return { ...found.value, isCurrent: found.value.of === path };
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
  const { preview, problem, isCurrent } = usePreview(asked);
  const { isBusy, done, problem: failure, make } = useChange();
  const isReadOnly = info.value?.isWritable === false;
  return (
    <>
      {preview !== undefined && (
        <ul class="preview">
          {preview.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {problem !== undefined && <Problem text={problem} />}
      {isReadOnly ? (
        <p class="quiet">The console is read-only here. Use the command:</p>
      ) : (
        <button
          type="button"
          class="primary"
          disabled={isBusy.value || !isCurrent || preview === undefined}
          onClick={() => make(path, body)}
        >
          {button}
        </button>
      )}
      <p role="status">{done.value}</p>
      {failure.value !== undefined && <Problem text={failure.value} />}
      {preview !== undefined && <Command text={preview.command} />}
    </>
  );
}
