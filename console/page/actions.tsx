import { useSignal } from '@preact/signals';
import { Command } from './parts.tsx';
import { info } from './pipeline-info.ts';
import type { RequestFailed } from './server.ts';
import { Problem } from './states.tsx';

/** Something that a person starts, once at a time. */
export interface Action {
  readonly isBusy: boolean;
  /** Why it failed the last time. */
  readonly problem: string | undefined;
  /** Does it, unless it is under way. What it throws becomes the problem. */
  act(work: () => Promise<unknown>): Promise<void>;
}

/** For a form; for a button alone there is {@link ActionButton}. */
export function useAction(): Action {
  const isBusy = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const act = async (work: () => Promise<unknown>) => {
    if (isBusy.value) return;
    isBusy.value = true;
    problem.value = undefined;
    try {
      await work();
    } catch (error) {
      problem.value = (error as RequestFailed).message;
    } finally {
      isBusy.value = false;
    }
  };
  return { isBusy: isBusy.value, problem: problem.value, act };
}

interface ActionButtonProps {
  readonly text: string;
  /** While it works. @default the text, with an ellipsis */
  readonly busyText?: string;
  readonly kind?: 'primary' | 'small';
  /** For those who do not see where it stands. */
  readonly label?: string;
  readonly isDisabled?: boolean;
  /** What it does. @throws RequestFailed */
  work(): Promise<unknown>;
}

/**
 * A button that does something: it says that it works, and why it failed. It keeps the focus meanwhile, which a browser takes from
 * a button with `disabled`.
 */
export function ActionButton({ text, busyText, kind, label, isDisabled = false, work }: ActionButtonProps) {
  const { isBusy, problem, act } = useAction();
  return (
    <>
      <button
        type="button"
        class={kind}
        aria-label={label}
        aria-disabled={isBusy || isDisabled}
        onClick={() => {
          if (!isDisabled) void act(work);
        }}
      >
        {isBusy ? (busyText ?? `${text} …`) : text}
      </button>
      {problem !== undefined && <Problem text={problem} />}
    </>
  );
}

/** Whether the server refuses what changes something. */
export function isReadOnly(): boolean {
  return info.value?.isWritable === false;
}

/** What a read-only console shows in place of a button. @param to what the button would do */
export function ReadOnly({ to, command }: { readonly to: string; readonly command?: string | undefined }) {
  return (
    <div class="notice">
      <p>The console is read-only here. To {to}, start it with --write, or use the command:</p>
      {command !== undefined && <Command text={command} />}
    </div>
  );
}
