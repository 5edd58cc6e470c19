import type { Creation, ResourceType } from '../cloudformation/template/resource-type.ts';
import type { ParameterStore } from './ssm.ts';

interface SsmServices {
  readonly parameters: ParameterStore;
}

export const ssmParameter: ResourceType<SsmServices> = {
  type: 'AWS::SSM::Parameter',
  nameProperty: 'Name',
  shape: {
    Name: 'used',
    Type: 'used',
    Value: 'used',
    DataType: 'used',
    Description: 'inert',
    Tier: 'inert',
    Tags: 'inert',
  },
  identify: ({ physicalName, properties }) => {
    const { Type, Value } = properties();
    return { ref: physicalName, attributes: { Type: String(Type), Value: String(Value) } };
  },
  create: putParameter,
  update: putParameter,
  remove: ({ physicalName, services }) => services.parameters.remove(physicalName),
};

/** CloudFormation makes no SecureString. Source: CloudFormation template reference, AWS::SSM::Parameter. */
function putParameter({ physicalName, properties, services }: Creation<SsmServices>): void {
  const { Type: type, Value, DataType = 'text' } = properties;
  if (type !== 'String' && type !== 'StringList') throw new Error(`has the type ${type}; String and StringList exist.`);
  services.parameters.put({ name: physicalName, type, value: String(Value), dataType: String(DataType) });
}
