/** The settings by which a deployment fits into an AWS account with its own rules. */
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { MAXIMAL } from './configurations.ts';
import { specificationOf } from './specification.ts';
import { stacksOf, synthesize } from './synthesize.ts';
import { only, type Resource, resources, templates } from './templates.ts';

const configured = synthesize(MAXIMAL);
const all = Object.values(configured).flatMap(({ Resources }) => Object.values(Resources));
const ofType = (type: string): Resource[] => all.filter(({ Type }) => Type === type);

test('every resource that can have tags has those of the configuration', () => {
  const tagged = all.filter(({ Type }) => specificationOf(Type)?.tagInformation !== undefined);
  const types = new Set(tagged.map(({ Type }) => Type));
  expect([...types]).toEqual(
    expect.arrayContaining(['AWS::DynamoDB::Table', 'AWS::Lambda::Function', 'AWS::ApiGatewayV2::Api']),
  );
  for (const { Type, Properties } of tagged) {
    const { tagPropertyName = '' } = specificationOf(Type)?.tagInformation ?? {};
    const tags = Properties[tagPropertyName];
    const found = Array.isArray(tags) ? Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) : tags;
    expect([Type, found]).toEqual([Type, MAXIMAL['tags']]);
  }
});

test('the permissions boundary limits every role', () => {
  const roles = ofType('AWS::IAM::Role');
  expect(roles.length).toBeGreaterThan(7);
  for (const { Properties } of roles)
    expect(JSON.stringify(Properties.PermissionsBoundary)).toContain(':policy/developer-boundary"');
  const arn = 'arn:aws:iam::123456789012:policy/teams/boundary';
  const { service } = synthesize({ permissionsBoundary: arn });
  for (const { Properties } of Object.values(resources(service, 'AWS::IAM::Role')))
    expect(Properties.PermissionsBoundary).toBe(arn);
});

test('the code is in the bucket of the bootstrapped environment', () => {
  for (const { Properties } of ofType('AWS::Lambda::Function'))
    expect(Properties.Code.S3Bucket['Fn::Sub']).toContain('cdk-backup-assets');
});

test.each([
  [3008, 0],
  [3009, 1],
])('with %i MB for the functions there are %i warnings', (functionMemoryMb, count) => {
  const { service } = stacksOf({ functionMemoryMb });
  // The CDK writes them to the console.
  jest.spyOn(console, 'error').mockImplementation(() => {});
  const message = Match.stringLikeRegexp('a new AWS account refuses more than 3008 MB');
  expect(Annotations.fromStack(service).findWarning('*', message)).toHaveLength(count);
});

describe('a customer managed key', () => {
  const key = Object.entries(configured.data.Resources).find(([id]) => id.startsWith('CustomerKey'));
  const [keyId = '', resource] = key ?? [];
  const uses = (value: unknown): boolean => JSON.stringify(value ?? '').includes(keyId);

  test('is there only if asked for, rotates, and is kept with the tables', () => {
    expect(Object.keys(resources(templates.data, 'AWS::KMS::Key'))).toEqual(['CommandKey']);
    expect(resource).toMatchObject({
      Properties: { EnableKeyRotation: true },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test.each([
    ['AWS::DynamoDB::Table', 15, ({ SSESpecification: own }) => own?.SSEType === 'KMS' && own.KMSMasterKeyId],
    ['AWS::Events::EventBus', 1, ({ KmsKeyIdentifier }) => KmsKeyIdentifier],
    ['AWS::Events::Archive', 1, ({ KmsKeyIdentifier }) => KmsKeyIdentifier],
    ['AWS::SNS::Topic', 2, ({ KmsMasterKeyId }) => KmsMasterKeyId],
    ['AWS::Logs::LogGroup', 13, ({ KmsKeyId }) => KmsKeyId],
  ] satisfies [string, number, (properties: Resource['Properties']) => unknown][])(
    'encrypts every %s',
    (type, count, keyOf) => {
      expect(ofType(type).map(({ Properties }) => uses(keyOf(Properties)))).toEqual(Array(count).fill(true));
    },
  );

  test('may be used by the services that encrypt with it', () => {
    const statements: { Principal: { Service?: unknown }; Action: unknown; Condition?: unknown }[] =
      resource?.Properties.KeyPolicy.Statement;
    const services = statements.flatMap(({ Principal: { Service }, Action, Condition }) =>
      Service ? [[JSON.stringify(Service), [Action].flat().join(' '), Object.keys(Condition ?? {})]] : [],
    );
    expect(services).toMatchSnapshot();
  });

  test('may be used through DynamoDB by the account, so that tables work before the functions are updated', () => {
    const statements: { Principal: { AWS?: unknown }; Condition?: unknown }[] =
      resource?.Properties.KeyPolicy.Statement;
    const open = statements.filter(({ Principal: { AWS } }) => AWS === '*');
    expect(open.map(({ Condition }) => Condition)).toEqual([
      {
        StringEquals: {
          'kms:ViaService': { 'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
          'kms:CallerAccount': { Ref: 'AWS::AccountId' },
        },
      },
    ]);
  });

  test('may be used by functions through DynamoDB only', () => {
    const policies = ofType('AWS::IAM::Policy').map(({ Properties }) =>
      Properties.PolicyDocument.Statement.filter(({ Resource: on }: { Resource: unknown }) => uses(on)),
    );
    const granting = policies.filter(({ length }) => length > 0);
    expect(granting).toHaveLength(8);
    for (const [statement, ...others] of granting) {
      expect(others).toEqual([]);
      expect(JSON.stringify(statement.Condition)).toMatch(/StringEquals.*kms:ViaService.*dynamodb\./);
    }
  });

  test('can be an existing one', () => {
    const arn = 'arn:aws:kms:eu-central-1:123456789012:key/5678';
    const { data, monitoring } = synthesize({ customerManagedKey: arn });
    expect(Object.keys(resources(data, 'AWS::KMS::Key'))).toEqual(['CommandKey']);
    expect(only(data, 'AWS::Events::EventBus').Properties.KmsKeyIdentifier).toBe(arn);
    expect(only(monitoring, 'AWS::SNS::Topic').Properties.KmsMasterKeyId).toBe(arn);
  });
});
