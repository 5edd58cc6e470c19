export type HealthStatus = 'ok' | 'warning' | 'problem';

/** What the checks of `doctor` found. */
export interface HealthPage {
  /** When it was checked. */
  readonly now: number;
  /** Such as `2 problems and 1 warning found`. */
  readonly summary: string;
  readonly checks: readonly HealthCheckView[];
  readonly command: string;
}

export interface HealthCheckView {
  readonly name: string;
  /** The worst of its findings. */
  readonly status: HealthStatus;
  /** Those that need attention first. */
  readonly findings: readonly FindingView[];
}

export interface FindingView {
  readonly status: HealthStatus;
  /** What was checked, such as the name of a subscriber. */
  readonly subject: string;
  /** The same without the stack's name. */
  readonly shortSubject: string;
  readonly detail: string;
  /** How to fix it: a command, if there is one. */
  readonly fix?: string;
  /** What a button does that makes the call of `fix`; absent where no single call fixes it. */
  readonly repair?: string;
}

/** What a repair did. */
export interface Repaired {
  readonly outcome: string;
}

/** The numbers of the dashboard, and the alarms. */
export interface MetricsPage {
  readonly now: number;
  /** The dashboard's name. */
  readonly dashboard: string;
  /** From the start of a period. */
  readonly from: number;
  readonly to: number;
  readonly graphs: readonly GraphView[];
  /** First those that are on. */
  readonly alarms: readonly AlarmView[];
  /** Why the alarms are not known, if so. */
  readonly alarmsProblem?: string;
  readonly serviceLevel?: ServiceLevelView;
  /** The command that prints the same numbers. */
  readonly command: string;
}

export interface GraphView {
  readonly title: string;
  /** Such as `ms`; empty for counts. */
  readonly unit: string;
  /** Of each value, in milliseconds. */
  readonly periodMs: number;
  readonly lines: readonly LineView[];
  /** Values at which alarms go off, and those that the dashboard draws. */
  readonly limits: readonly LimitView[];
}

export interface LineView {
  readonly label: string;
  /** Whether `whole` is the sum of the periods; otherwise it is the highest. */
  readonly isSum: boolean;
  /** Null if CloudWatch has no value, which is not zero. */
  readonly whole: number | null;
  readonly latest: number | null;
  readonly points: readonly (readonly [time: number, value: number])[];
}

export interface LimitView {
  readonly value: number;
  /** Such as `alarm, from 1 on`. */
  readonly text: string;
}

export interface AlarmView {
  readonly name: string;
  readonly state: 'ALARM' | 'INSUFFICIENT_DATA' | 'OK';
  readonly since?: number;
  /** What is wrong when it is on. */
  readonly problem: string;
  /** When it goes off, such as `Sum of Errors, 5 min, greater than or equal to 1`. */
  readonly rule?: string;
  /** Why it has its state, in CloudWatch's words. */
  readonly reason: string;
  /** The command that shows more. */
  readonly command?: string;
  /** The entry of the runbook. */
  readonly runbook?: string;
}

export interface ServiceLevelView {
  /** In a sentence. */
  readonly text: string;
  /** Undefined where no user registered in that time. */
  readonly isKept?: boolean;
  /** The longest allowed wait of 99 of 100 users, in milliseconds. */
  readonly target: number;
  readonly highest: number | null;
  readonly latest: number | null;
}

/** What `reconcile` found last, in this run of the console. */
export interface ReconcilePage {
  readonly now: number;
  readonly survey?: SurveyView;
  readonly command: string;
}

export interface SurveyView {
  readonly id: string;
  readonly at: number;
  /** Such as `3 rows and 2 buckets, read in 0.4 s`. */
  readonly read: string;
  /** In a sentence. */
  readonly summary: string;
  readonly groups: readonly FindingGroupView[];
  /** What is pending, and what that means. */
  readonly notes: readonly string[];
  /** What the fix would do; absent if there is nothing that it can do. */
  readonly fix?: FixPreview;
  /** Whether events were put since. */
  readonly isFixed: boolean;
}

export interface FixPreview {
  /** Such as `Put 2 events on the bus?`. */
  readonly question: string;
  readonly command: string;
}

export interface FindingGroupView {
  /** Such as `2 users without URI`. */
  readonly title: string;
  readonly kinds: readonly {
    readonly text: string;
    readonly count: number;
    readonly examples: readonly { readonly userId?: string; readonly bucket?: string; readonly more?: string }[];
  }[];
  /** How many findings are of further kinds. */
  readonly others: number;
}
