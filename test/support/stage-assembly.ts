import type { StageSettings } from '../../cdk/stage-settings.ts';
import { synthesize } from '../infrastructure/support/synthesize.ts';
import { type ChangedAssembly, changedAssembly, ofType, type Resources } from './changed-assembly.ts';

const [FUNCTION, POLICY] = ['AWS::Lambda::Function', 'AWS::IAM::Policy'];

/**
 * The assembly as another stage's settings make bucket-service: what it is told, and what it may do.
 *
 * @param original the synthesized one by default
 */
export async function stageAssembly(settings: Partial<StageSettings>, original?: string): Promise<ChangedAssembly> {
  const stage = synthesize({ settings }).toJSON().Resources as Resources;
  const told = ofType(stage, FUNCTION, 'BucketService').Environment.Variables;
  const allowed = ofType(stage, POLICY, 'BucketService').PolicyDocument;
  return changedAssembly((resources, { Outputs = {} }) => {
    Object.assign(ofType(resources, FUNCTION, 'BucketService').Environment.Variables, told);
    ofType(resources, POLICY, 'BucketService').PolicyDocument = allowed;
    Outputs.BucketNamespace = { Value: told.BUCKET_NAMESPACE };
  }, original);
}
