import { CommandFailure } from '../messages/errors.ts';

/** One line of a graph. */
export interface DashboardMetric {
  readonly label: string;
  readonly namespace: string;
  readonly name: string;
  /** Values by name. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Such as `Sum`, `Maximum` or `p99`. */
  readonly statistic: string;
  readonly periodSeconds: number;
}

/** One graph. */
export interface Graph {
  readonly title: string;
  /** What its values are in, such as `ms`. */
  readonly unit: string;
  readonly metrics: readonly DashboardMetric[];
  /** Values to compare the metrics with. */
  readonly limits: readonly { readonly label: string; readonly value: number }[];
}

/** The part of a dashboard's body that is read. */
interface Body {
  readonly widgets?: readonly { readonly type?: string; readonly properties?: Properties }[];
}

interface Properties {
  readonly title?: string;
  readonly metrics?: readonly (readonly unknown[])[];
  readonly stat?: string;
  readonly period?: number;
  readonly yAxis?: { readonly left?: { readonly label?: string } };
  readonly annotations?: { readonly horizontal?: readonly { readonly label?: string; readonly value: number }[] };
}

interface Rendering {
  readonly label?: string;
  readonly stat?: string;
  readonly period?: number;
}

/** Of a line without its own. Source: CloudWatch API reference, dashboard body structure and syntax. */
const DEFAULTS = { stat: 'Average', period: 300 };

/**
 * The graphs of a dashboard, in the order in which a person reads them. Source: CloudWatch API reference, dashboard body
 * structure and syntax.
 * @param text the dashboard's body, as the stack creates it
 * @throws CommandFailure for a line that is not one metric with its full name: the stack creates no such line
 */
export function readGraphs(text: string): Graph[] {
  const { widgets = [] }: Body = JSON.parse(text);
  return widgets.flatMap(({ type, properties = {} }) => (type === 'metric' ? [graphOf(properties)] : []));
}

function graphOf({ title = '', metrics = [], yAxis, annotations, ...defaults }: Properties): Graph {
  return {
    title,
    unit: yAxis?.left?.label ?? '',
    metrics: metrics.map((line) => metricOf(line, defaults, title)),
    limits: (annotations?.horizontal ?? []).map(({ label = '', value }) => ({ label, value })),
  };
}

function metricOf(line: readonly unknown[], defaults: Rendering, title: string): DashboardMetric {
  const last = line.at(-1);
  const hasRendering = typeof last === 'object' && last !== null;
  const names = hasRendering ? line.slice(0, -1) : line;
  const { stat, period, label } = { ...DEFAULTS, ...defaults, ...(hasRendering && (last as Rendering)) };
  const [namespace, name, ...pairs] = names;
  const isWhole = names.every((part) => typeof part === 'string' && !/^\.+$/.test(part)) && pairs.length % 2 === 0;
  if (!isWhole || name === undefined) {
    throw new CommandFailure(
      `the graph ${title} has a line that is not one metric with its full name: ${JSON.stringify(line)}; ` +
        'the dashboard was edited by hand: deploy the stack to restore it',
    );
  }
  const dimensions = Object.fromEntries(
    pairs.flatMap((part, index) => (index % 2 === 0 ? [[String(part), String(pairs[index + 1])]] : [])),
  );
  return {
    label: label ?? String(name),
    namespace: String(namespace),
    name: String(name),
    dimensions,
    statistic: stat,
    periodSeconds: period,
  };
}
