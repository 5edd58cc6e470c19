import { identityOf, onStack } from '../../operations/deployed/stack.ts';
import type { ConsoleInfo } from '../contract/info.ts';
import type { Asked } from './route.ts';

/** Which pipeline the console shows. */
export function readInfo({ target, isWritable }: Pick<Asked, 'target' | 'isWritable'>): Promise<ConsoleInfo> {
  return onStack(target, async ({ stack, target: where }) => {
    const place =
      'endpoint' in where ? ({ place: 'engine', endpoint: where.endpoint } as const) : { place: 'aws' as const };
    return { ...identityOf(stack), ...place, isWritable };
  });
}
