import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A value to choose, and its name. */
export type Option = readonly [value: string, name: string];

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  /** A value that is none of these is added. */
  readonly options: readonly (Option | string)[];
  readonly isQuiet?: boolean;
  onChoose(value: string): void;
}

/** One of several values, in a line. */
export function Choice({ label, value, options, isQuiet = false, onChoose }: ChoiceProps) {
  return (
    <label class={isQuiet ? 'quiet' : ''}>
      {label}{' '}
      <select value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        <Options options={options} value={value} />
      </select>
    </label>
  );
}

/** The options of a list; the value too, if it is none of them. */
export function Options({ options, value }: Pick<ChoiceProps, 'options' | 'value'>) {
  const pairs = options.map((option): Option => (typeof option === 'string' ? [option, option] : option));
  const all = pairs.some(([own]) => own === value) ? pairs : [...pairs, [value, value] as const];
  return all.map(([own, name]) => (
    <option key={own} value={own}>
      {name}
    </option>
  ));
}

interface TextFieldProps {
  readonly label: ComponentChildren;
  readonly value: string;
  readonly hint?: string;
  readonly isRequired?: boolean;
  onText(text: string): void;
}

/** A short text, in a line. */
export function TextField({ label, value, hint = '', isRequired = false, onText }: TextFieldProps) {
  return (
    <label>
      {label}{' '}
      <input
        value={value}
        placeholder={hint}
        required={isRequired}
        autoComplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
    </label>
  );
}

interface DialogProps {
  /** Names it among others. */
  readonly id: string;
  readonly title: string;
  readonly isWide?: boolean;
  onClose(): void;
  /** @param close closes it */
  children(close: () => void): ComponentChildren;
}

/** A dialog, open as long as it is there. Escape closes it too. */
export function Dialog({ id, title, isWide = false, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  return (
    <dialog ref={dialog} class={isWide ? 'wide' : ''} onClose={onClose} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children(close)}
      <button type="button" onClick={close}>
        Close
      </button>
    </dialog>
  );
}
