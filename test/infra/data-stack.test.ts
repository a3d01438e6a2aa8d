import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GROUP_TABLES } from '../../lambdas/groups/group-tables.ts';
import { ASSEMBLY, only, type Resource, resources, templates } from './templates.ts';

const { data } = templates;
const tables = resources(data, 'AWS::DynamoDB::Table');
const names = Object.keys(tables);
const table = (name: string): Resource => tables[name] as Resource;

/** The tables without point-in-time recovery, and why. */
const WITHOUT_RECOVERY: Readonly<Record<string, string>> = {
  Commands: 'cannot be restored: deleted credentials must stay deleted (I-6)',
  WaitingPlaces: 'cannot be restored: its items live for a minute',
  Overviews: 'cannot be restored: its items are computed again each minute',
};

/** `hash/range`, numbers marked. */
function key(resource: Resource, schema: { AttributeName: string }[]): string {
  const types = resource.Properties.AttributeDefinitions as {
    AttributeName: string;
    AttributeType: string;
  }[];
  return schema
    .map(({ AttributeName: name }) => {
      const type = types.find((definition) => definition.AttributeName === name)?.AttributeType;
      return type === 'S' ? name : `${name}:${type}`;
    })
    .join('/');
}

test.each(GROUP_TABLES)('the items of a group can be deleted by their key: $variable', (groupTable) => {
  const name = groupTable.variable
    .replace(/_TABLE$/, '')
    .replace(/_/g, '')
    .toLowerCase();
  const { KeySchema, GlobalSecondaryIndexes = [] } =
    table(names.find((one) => one.toLowerCase() === name) ?? '')?.Properties ?? {};
  const namesIn = (schema: { AttributeName: string }[]) => schema.map(({ AttributeName }) => AttributeName);
  expect(namesIn(KeySchema)).toEqual(groupTable.key);
  const read = groupTable.index
    ? GlobalSecondaryIndexes.find(({ IndexName }: { IndexName: string }) => IndexName === groupTable.index)
    : { KeySchema };
  expect(namesIn(read.KeySchema)[0]).toBe('groupId');
});

test('the tables, their keys and their indexes', () => {
  const shape = names.map((name) => {
    const { KeySchema, GlobalSecondaryIndexes = [] } = table(name).Properties;
    const indexes = GlobalSecondaryIndexes.map(
      // biome-ignore lint/suspicious/noExplicitAny: template JSON
      (index: any) => {
        const extra = index.Projection.NonKeyAttributes?.join('+');
        const projection = index.Projection.ProjectionType + (extra ? ` ${extra}` : '');
        return `${index.IndexName} ${key(table(name), index.KeySchema)} ${projection}`;
      },
    );
    return [name, key(table(name), KeySchema), ...indexes].join(' | ');
  });
  expect(shape).toMatchInlineSnapshot(`
[
  "Groups | groupId | all kind/groupId KEYS_ONLY | down downShard/downSince:N KEYS_ONLY | marked markShard/groupId KEYS_ONLY",
  "Endpoints | endpointId | by-group groupId/endpointId KEYS_ONLY | expiring expiryShard/tokenExpiresAt:N KEYS_ONLY",
  "Connections | connectionId | open openShard/connectedAt:N INCLUDE state+groupId+endpointId+untold",
  "Commands | commandId | by-group groupId/createdAt KEYS_ONLY | open-by-group openGroupId/openOrder KEYS_ONLY | due dueShard/dueAt:N KEYS_ONLY",
  "AnswerSizes | groupId/shape",
  "Journal | groupDay/entry | feed groupId/arrival KEYS_ONLY",
  "Jobs | groupId/jobId:N | by-outcome outcome/at INCLUDE client+policy+parent+jobType+status+doneAt | by-client client/at KEYS_ONLY | by-policy policy/at KEYS_ONLY | by-parent parent/at KEYS_ONLY",
  "Images | groupId/backupId | by-time groupId/at KEYS_ONLY | by-client client/at KEYS_ONLY",
  "Backups | groupId/clientPolicy",
  "Overviews | groupId/hours:N",
  "Quarantine | groupId/eventId | by-arrival groupId/arrival KEYS_ONLY",
  "Problems | groupId/problem | due dueShard/dueAt:N KEYS_ONLY | by-place list/place KEYS_ONLY | by-group groupList/place KEYS_ONLY",
  "Keys | keyId | all kind/keyId KEYS_ONLY",
  "Audit | month/entry | by-group groupId/entry INCLUDE at+trackingId+keyId+action+path+sourceIp+status",
  "WaitingPlaces | room",
]
`);
});

describe.each(names)('table %s', (name) => {
  const { Properties: properties, ...rest } = table(name);

  test('is billed per request', () => {
    expect(properties.BillingMode).toBe('PAY_PER_REQUEST');
    expect(properties).not.toHaveProperty('ProvisionedThroughput');
  });

  test('is kept when the stack is deleted, and has deletion protection', () => {
    expect(properties.DeletionProtectionEnabled).toBe(true);
    expect(rest).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('deletes expired items', () => {
    expect(properties.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true });
  });

  const reason = WITHOUT_RECOVERY[name];
  test(reason ?? 'can be restored to any second of the last 35 days', () => {
    expect(properties.PointInTimeRecoverySpecification).toEqual({
      PointInTimeRecoveryEnabled: reason === undefined,
    });
  });

  test('has a stream only if it is the journal', () => {
    expect(properties.StreamSpecification).toEqual(
      name === 'Journal' ? { StreamViewType: 'NEW_IMAGE' } : undefined,
    );
  });
});

test('the key that encrypts what is in the tables is kept with them', () => {
  expect(only(data, 'AWS::KMS::Key')).toMatchObject({
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
  });
});

test('CloudFormation refuses to delete the stack with the data, and only that one', () => {
  const { artifacts } = JSON.parse(readFileSync(join(ASSEMBLY, 'manifest.json'), 'utf8'));
  const stacks = ['NbwssData', 'NbwssService', 'NbwssMonitoring'];
  expect(stacks.map((stack) => artifacts[stack].properties.terminationProtection ?? false)).toEqual([
    true,
    false,
    false,
  ]);
});

test('names and ARNs of all tables, the key and the bus are exported', () => {
  const exported = Object.values(data.Outputs ?? {}).flatMap(({ Export, Value }) => (Export ? [Value] : []));
  for (const id of Object.keys(data.Resources).filter(
    (one) => data.Resources[one]?.Type === 'AWS::DynamoDB::Table',
  ))
    expect(exported).toEqual(expect.arrayContaining([{ Ref: id }, { 'Fn::GetAtt': [id, 'Arn'] }]));
  expect(exported).toHaveLength(names.length * 2 + 1 + 1 + 2);
});

test('the archive of the bus keeps all events for 30 days', () => {
  const archive = only(data, 'AWS::Events::Archive').Properties;
  expect(archive.RetentionDays).toBe(30);
  expect(archive).not.toHaveProperty('EventPattern');
  expect(archive.SourceArn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^EventBus/), 'Arn'] });
});

test('the outputs name the table of the API keys and the bus', () => {
  expect(data.Outputs).toMatchObject({
    KeysTable: { Value: { Ref: expect.stringMatching(/^Keys/) } },
    EventBusName: { Value: { Ref: expect.stringMatching(/^EventBus/) } },
  });
});
