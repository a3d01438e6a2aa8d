/** The bucket of large responses: who may do what in it, and for how long it keeps what. */
import { MAXIMAL, RELAY_ONLY } from './configurations.ts';
import { write } from './relay.ts';
import { synthesize } from './synthesize.ts';
import { plain, resources, type Template, templates } from './templates.ts';

const services = {
  relay: synthesize(RELAY_ONLY).service,
  both: synthesize(MAXIMAL).service,
};
const bucketOf = (template: Template) =>
  Object.entries(resources(template, 'AWS::S3::Bucket')).find(([id]) => id.startsWith('LargeResponses'))?.[1];

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** What a statement allows in the bucket, or with a part of a response that is sealed. */
const allowed = ({ Action, Resource, ...rest }: Statement): string[] => {
  const isOfParts = JSON.stringify(rest).includes('"slice"');
  const places = [Resource]
    .flat()
    .filter((one) => isOfParts || JSON.stringify(one).includes('LargeResponses'))
    .map((one) => (isOfParts ? 'a part' : write(one)));
  return [Action].flat().flatMap((action) => places.map((place) => `${action} on ${place}`));
};

const grants = (template: Template): string[] =>
  Object.values(resources(template, 'AWS::IAM::Policy')).flatMap(({ Properties }) =>
    (Properties.PolicyDocument.Statement as Statement[])
      .flatMap(allowed)
      .map((what) => `${plain(Properties.Roles[0].Ref)}: ${what}`),
  );

test('without a relay there is none, no function has a variable for it, and none may use S3', () => {
  expect(bucketOf(templates.service)).toBeUndefined();
  expect(JSON.stringify(templates.service)).not.toContain('LARGE_RESPONSES_BUCKET');
  expect(grants(templates.service)).toEqual([]);
});

test.each(['relay', 'both'] as const)(
  'with the gateway %s: it is private, encrypted, and for TLS only',
  (name) => {
    const bucket = bucketOf(services[name]);
    expect(bucket?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    const policies = JSON.stringify(resources(services[name], 'AWS::S3::BucketPolicy'));
    expect(policies.match(/aws:SecureTransport/g)).toHaveLength(2);
  },
);

test.each<[keyof typeof services, number]>([
  // 24 hours of commands, and a day and an hour of deadlines.
  ['relay', 3],
  // 6 hours.
  ['both', 2],
])(
  'with the gateway %s: parts expire after a day, and bodies not before their commands (%i days)',
  (name, days) => {
    const { Rules } = bucketOf(services[name])?.Properties.LifecycleConfiguration ?? {};
    expect(
      Rules.map(({ Prefix, ExpirationInDays, Status }: Record<string, unknown>) => [
        Prefix,
        ExpirationInDays,
        Status,
      ]),
    ).toEqual([
      ['parts/', 1, 'Enabled'],
      ['bodies/', days, 'Enabled'],
    ]);
  },
);

test('I-10 each function may do in it what it needs, and no other may do anything', () => {
  expect(grants(services.relay).sort()).toEqual([
    'CommandRole: s3:DeleteObject on LargeResponsesBucket/bodies/*',
    'CommandRole: s3:GetObject on LargeResponsesBucket/bodies/*',
    'RespondRole: kms:Decrypt on a part',
    'RespondRole: kms:GenerateDataKey on a part',
    'RespondRole: s3:DeleteObject on LargeResponsesBucket/parts/*',
    'RespondRole: s3:GetObject on LargeResponsesBucket/parts/*',
    'RespondRole: s3:PutObject on LargeResponsesBucket/bodies/*',
    'RespondRole: s3:PutObject on LargeResponsesBucket/parts/*',
    'SweepRole: s3:DeleteObject on LargeResponsesBucket/bodies/*',
    'SweepRole: s3:DeleteObject on LargeResponsesBucket/parts/*',
    'SweepRole: s3:ListBucket on LargeResponsesBucket',
  ]);
});

test('the function that makes a message of its parts has memory for it', () => {
  for (const template of Object.values(services)) {
    const memory = Object.fromEntries(
      Object.entries(resources(template, 'AWS::Lambda::Function')).map(([id, { Properties }]) => [
        plain(id),
        Properties.MemorySize,
      ]),
    );
    expect(memory['Respond']).toBeGreaterThanOrEqual(1024);
  }
  const byDefault = resources(templates.service, 'AWS::Lambda::Function');
  const respond = Object.entries(byDefault).find(([id]) => plain(id) === 'Respond')?.[1];
  expect(respond?.Properties.MemorySize).toBe(512);
});
