import { EnableRuleCommand, EventBridgeClient, PutTargetsCommand, type Target } from '@aws-sdk/client-eventbridge';
import { PipesClient, StartPipeCommand } from '@aws-sdk/client-pipes';
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { OnStack } from '../deployed/stack.ts';
import { CommandFailure } from '../messages/errors.ts';

/** One call of AWS's API that fixes what a check has found. */
export type Repair =
  | { readonly does: 'start-pipe'; readonly pipe: string }
  | { readonly does: 'enable-rule'; readonly rule: string; readonly bus: string }
  | { readonly does: 'put-targets'; readonly rule: string; readonly bus: string; readonly targets: readonly Target[] }
  | {
      readonly does: 'set-queue-attribute';
      readonly queueUrl: string;
      readonly name: 'RedrivePolicy' | 'Policy';
      readonly value: object;
    };

/** The same as a command of the AWS CLI, without `aws`. */
export function repairCommand(repair: Repair): string {
  switch (repair.does) {
    case 'start-pipe':
      return `pipes start-pipe --name ${repair.pipe}`;
    case 'enable-rule':
      return `events enable-rule --name ${repair.rule} --event-bus-name ${repair.bus}`;
    case 'put-targets': {
      const { rule, bus, targets } = repair;
      return `events put-targets --rule ${rule} --event-bus-name ${bus} --targets '${JSON.stringify(targets)}'`;
    }
    case 'set-queue-attribute': {
      const attributes = JSON.stringify({ [repair.name]: JSON.stringify(repair.value) });
      return `sqs set-queue-attributes --queue-url ${repair.queueUrl} --attributes '${attributes}'`;
    }
  }
}

/** What it does, for a button. */
export function repairTitle(repair: Repair): string {
  switch (repair.does) {
    case 'start-pipe':
      return 'Start the pipe';
    case 'enable-rule':
      return 'Enable the rule';
    case 'put-targets':
      return 'Set the target of the rule';
    case 'set-queue-attribute':
      return repair.name === 'Policy' ? 'Set the policy of the queue' : 'Set the redrive policy of the queue';
  }
}

/** Makes the call. @throws CommandFailure if EventBridge does not take a target; the error of a call that fails */
export async function makeRepair({ clients }: Pick<OnStack, 'clients'>, repair: Repair): Promise<void> {
  switch (repair.does) {
    case 'start-pipe':
      await clients.of(PipesClient).send(new StartPipeCommand({ Name: repair.pipe }));
      return;
    case 'enable-rule': {
      const rule = { Name: repair.rule, EventBusName: repair.bus };
      await clients.of(EventBridgeClient).send(new EnableRuleCommand(rule));
      return;
    }
    case 'put-targets': {
      const { rule: Rule, bus: EventBusName, targets } = repair;
      const put = new PutTargetsCommand({ Rule, EventBusName, Targets: [...targets] });
      const { FailedEntries: [failed] = [] } = await clients.of(EventBridgeClient).send(put);
      if (failed === undefined) return;
      throw new CommandFailure(`the target was not set: ${failed.ErrorCode}: ${failed.ErrorMessage}`);
    }
    case 'set-queue-attribute': {
      const Attributes = { [repair.name]: JSON.stringify(repair.value) };
      await clients.of(SQSClient).send(new SetQueueAttributesCommand({ QueueUrl: repair.queueUrl, Attributes }));
      return;
    }
  }
}
