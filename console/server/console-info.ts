import { onStack, requireOutput } from '../../operations/deployed/stack.ts';
import type { ConsoleInfo } from '../contract/info.ts';
import type { Asked } from './route.ts';

/** Which pipeline the console shows. The ARN of its bus has the account and the Region. */
export function readInfo({ target, isWritable }: Pick<Asked, 'target' | 'isWritable'>): Promise<ConsoleInfo> {
  return onStack(target, async ({ stack, target: where }) => {
    const [, , , region = '', account = ''] = requireOutput(stack, 'EventBusArn').split(':');
    const place =
      'endpoint' in where ? ({ place: 'engine', endpoint: where.endpoint } as const) : { place: 'aws' as const };
    return { stack: stack.name, account, region, ...place, isWritable };
  });
}
