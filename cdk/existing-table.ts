import { quote } from '../services/shared/field.ts';

/** A sign-up table that this stack does not make. */
export interface ExistingTable {
  /** `arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME` */
  readonly tableArn: string;
  /**
   * `TABLE_ARN/stream/LABEL`. Turning a table's stream off and on, and restoring a table, gives it a new one.
   * The stream may show any view: the pipe reads nothing but keys (decision 0018).
   */
  readonly tableStreamArn: string;
}

const TABLE_ARN = /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[A-Za-z0-9_.-]{3,255}$/;
const STREAM_LABEL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/;

const TABLE_ARN_FORM = 'arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME';
const STREAM_ARN_FORM = `${TABLE_ARN_FORM}/stream/LABEL`;

/** Says what is wrong with the two ARNs, one line per problem. Both or neither must be given, and for the same table. */
export function findTableProblems({ tableArn, tableStreamArn }: Record<keyof ExistingTable, unknown>): string[] {
  if (tableArn === undefined && tableStreamArn === undefined) return [];
  if (tableArn === undefined) {
    const [wanted] = isText(tableStreamArn) ? tableStreamArn.split('/stream/') : [];
    const hint = wanted !== undefined && TABLE_ARN.test(wanted) ? ` (of this stream: ${wanted})` : '';
    return [`tableArn must be given together with tableStreamArn, as ${TABLE_ARN_FORM}${hint}; got nothing`];
  }
  if (tableStreamArn === undefined) {
    return [
      `tableStreamArn must be given together with tableArn, as ${STREAM_ARN_FORM} (${describeTableHint(tableArn)}); got nothing`,
    ];
  }

  const problems: string[] = [];
  if (!isText(tableArn) || !TABLE_ARN.test(tableArn)) {
    problems.push(
      `tableArn must have the form ${TABLE_ARN_FORM} (${describeTableHint(tableArn)}); got ${quote(tableArn)}`,
    );
  }
  const [ofTable, label] = isText(tableStreamArn) ? tableStreamArn.split('/stream/') : [];
  if (ofTable === undefined || label === undefined || !TABLE_ARN.test(ofTable) || !STREAM_LABEL.test(label)) {
    const label = 'LABEL such as 2026-03-01T12:00:00.000';
    problems.push(
      `tableStreamArn must have the form ${STREAM_ARN_FORM}, ${label} (${describeTableHint(tableArn)}); got ${quote(tableStreamArn)}`,
    );
  }
  if (problems.length === 0 && ofTable !== tableArn) {
    problems.push(
      `tableStreamArn must be a stream of the table ${tableArn} (${describeTableHint(tableArn)}); got ${quote(tableStreamArn)}`,
    );
  }
  return problems;
}

/** The command that prints both ARNs of a table, with the table's name if it is known. */
function describeTableHint(table: unknown): string {
  const [, name = 'NAME'] = (isText(table) && /^(?:arn:.*:table\/)?([A-Za-z0-9_.-]{3,255})$/.exec(table)) || [];
  return `aws dynamodb describe-table --table-name ${name} --query 'Table.[TableArn,LatestStreamArn]' --output text prints it`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
