/** The template of the relay, for its tests. */
import { MAXIMAL, RELAY_ONLY } from './configurations.ts';
import { synthesize } from './synthesize.ts';
import { only, plain, type Resource, resources, type Template } from './templates.ts';

export const stack = (nbwss: Record<string, unknown>): Template => {
  const { relay } = synthesize(nbwss);
  if (!relay) throw new Error('There is no stack of the relay.');
  return relay;
};
export const ACM = 'arn:aws:acm:eu-central-1:123456789012:certificate/1b2c3d4e';
export const withRelay = (more: Record<string, unknown>, others: Record<string, unknown> = {}) => ({
  gateway: 'relay',
  relay: { name: 'relay.example.com', certificate: { balancer: ACM }, ...more },
  ...others,
});
/** With as little as possible, and with as much. */
export const small = stack(RELAY_ONLY);
export const large = stack(MAXIMAL);

/** A template value in short: constructs for logical ids, no account and Region. */
// biome-ignore lint/suspicious/noExplicitAny: template JSON
export const write = (value: any): string => {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return value.Ref.startsWith('AWS::') ? '' : plain(value.Ref);
  if ('Fn::GetAtt' in value) return plain(value['Fn::GetAtt'][0]);
  if ('Fn::Sub' in value) return value['Fn::Sub'].replace(/-?\$\{AWS::\w+\}/g, '');
  if ('Fn::GetStackOutput' in value) {
    const { OutputName } = value['Fn::GetStackOutput'];
    return plain(plain(OutputName.replace(/^PublishOutput(Ref|FnGetAtt)|Arn[0-9A-F]{8}$/g, '')));
  }
  return value['Fn::Join'][1]
    .map(write)
    .join('')
    .replace(/^arn::/, '');
};

export const ofType = (template: Template, type: string): Resource[] =>
  Object.values(resources(template, `AWS::${type}`));
export const container = (template: Template): Resource['Properties'] =>
  only(template, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0];
