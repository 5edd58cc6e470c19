/** What can be broken on a local engine, what is broken now, and what was done. */
export interface LabPage {
  readonly now: number;
  /** By how much the engine is ahead of the machine, in milliseconds. */
  readonly skippedMs: number;
  readonly canSkip: boolean;
  /** Names for faults, such as `s3:CreateBucket`; `*` is any call. */
  readonly operations: readonly string[];
  /** Error codes by the service of an operation; those of `*` are of every service. */
  readonly codes: Readonly<Record<string, readonly string[]>>;
  readonly subscribers: readonly string[];
  readonly faults: readonly ArmedFaultView[];
  readonly pipeRuns: boolean;
  /** The newest first. */
  readonly marks: readonly LabMarkView[];
  /** Commands that do the same, by what they do. */
  readonly commands: Readonly<Record<'faults' | 'marks' | 'pipe', string>>;
}

export interface ArmedFaultView {
  readonly id: number;
  /** In a sentence. */
  readonly text: string;
}

/** Something that was done, or a call that was struck. */
export interface LabMarkView {
  readonly sequence: number;
  readonly at: number;
  readonly text: string;
  /** Users in whose waterfalls it is. */
  readonly users: readonly string[];
}

/** What a change would do, before it is made. */
export interface LabPreview {
  /** In sentences. */
  readonly lines: readonly string[];
  /** The command that does the same. */
  readonly command: string;
}

/** What a change has done. */
export interface LabDone {
  /** In a sentence. */
  readonly text: string;
}

/** The drills of the runbook. */
export interface LessonsPage {
  readonly lessons: readonly LessonView[];
}

export interface LessonView {
  readonly id: string;
  readonly title: string;
  /** Number of the runbook's entry. */
  readonly entry: number;
  readonly story: string;
  readonly see: readonly LessonStepView[];
  readonly todo: readonly LessonStepView[];
  /** The step of the operator that has a button of its own. */
  readonly repair?: string;
  /** Why it cannot be played here; absent where it can. */
  readonly notPlayable?: string;
  /** The command that plays it. */
  readonly command: string;
}

export interface LessonStepView {
  readonly text: string;
  readonly view?: { readonly path: string; readonly name: string };
  readonly command?: string;
}

/** What breaking would change. */
export interface LessonPreview {
  readonly lines: readonly string[];
  /** Why it cannot be broken now. */
  readonly problem?: string;
}

/** Whether a lesson's damage is fixed. */
export interface LessonCheckView {
  readonly isFixed: boolean;
  readonly found: readonly { readonly isMet: boolean; readonly text: string }[];
}
