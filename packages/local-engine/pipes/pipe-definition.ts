/** What a pipe was made with, as DescribePipe tells it. Source: EventBridge Pipes API reference. */
export interface PipeDefinition {
  /** The stream's ARN. */
  readonly Source: string;
  readonly SourceParameters: object;
  /** The bus's ARN. */
  readonly Target: string;
  /** With the input template. */
  readonly TargetParameters: object;
  readonly RoleArn?: string;
  readonly Description?: string;
  readonly LogConfiguration?: object;
}
