import { plain, resources, templates } from './templates.ts';

const { data, service } = templates;

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** `NbwssData:ExportsOutput…` -> what is exported. */
const exported = new Map(
  Object.values(data.Outputs ?? {}).map((output) => [output.Export?.Name, output.Value]),
);

/** A template value in short: constructs for logical ids, no account and Region. */
// biome-ignore lint/suspicious/noExplicitAny: template JSON
function write(value: any): string {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return value.Ref.startsWith('AWS::') ? '' : plain(value.Ref);
  if ('Fn::GetAtt' in value) {
    const [id, attribute] = value['Fn::GetAtt'];
    return attribute === 'Arn' ? plain(id) : `${plain(id)}.${attribute}`;
  }
  if ('Fn::ImportValue' in value) return write(exported.get(value['Fn::ImportValue']));
  if ('Fn::Join' in value)
    return value['Fn::Join'][1]
      .map(write)
      .join('')
      .replace(/^arn::[a-z-]+:::/, '');
  throw new Error(`Unknown intrinsic function: ${JSON.stringify(value)}`);
}

const statements = new Map<string, Statement[]>();
for (const { Properties } of Object.values(resources(service, 'AWS::IAM::Policy'))) {
  for (const role of Properties.Roles) {
    const name = write(role);
    statements.set(name, [...(statements.get(name) ?? []), ...Properties.PolicyDocument.Statement]);
  }
}
for (const [name, { Properties }] of Object.entries(resources(service, 'AWS::IAM::Role'))) {
  for (const { PolicyDocument } of Properties.Policies ?? []) {
    statements.set(name, [...(statements.get(name) ?? []), ...PolicyDocument.Statement]);
  }
}

const writeCondition = (condition: unknown): string => (condition ? ` if ${JSON.stringify(condition)}` : '');

const grants = (role: string): string[] =>
  (statements.get(role) ?? [])
    .flatMap(({ Action, Resource, Condition }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource].flat().map((resource) => `${action} on ${write(resource)}${writeCondition(Condition)}`),
        ),
    )
    .sort();

test('the permissions of each role', () => {
  const all = [...statements.keys()].map((role) => [role.replace(/Role$/, ''), grants(role)]);
  expect(Object.fromEntries(all)).toMatchSnapshot();
});

test('no role has a managed policy', () => {
  for (const template of [data, service]) {
    for (const { Properties } of Object.values(resources(template, 'AWS::IAM::Role'))) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    }
    expect(resources(template, 'AWS::IAM::ManagedPolicy')).toEqual({});
  }
});

test('each function has its own role, which only Lambda can assume', () => {
  const used = Object.values(resources(service, 'AWS::Lambda::Function')).map(({ Properties }) =>
    write(Properties.Role),
  );
  expect(new Set(used).size).toBe(used.length);
  for (const role of used) {
    const { AssumeRolePolicyDocument } = resources(service, 'AWS::IAM::Role')[role]?.Properties ?? {};
    expect(AssumeRolePolicyDocument.Statement).toEqual([
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
    ]);
  }
});

describe.each([...statements])('%s', (role, own) => {
  test('names every action', () => {
    for (const { Action } of own) {
      for (const action of [Action].flat()) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z]+$/);
    }
  });

  test('names every resource, where AWS allows that', () => {
    const wide = own
      .flatMap(({ Action, Resource }) =>
        [Resource].flat().map((resource) => [[Action].flat(), write(resource)] as const),
      )
      .filter(([, resource]) => resource.includes('*'));
    for (const [actions, resource] of wide) {
      if (resource === '*') {
        expect(actions).toEqual(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
      } else if (role === 'ProjectRole' && actions[0] === 's3:PutObject') {
        // Lambda chooses the keys of what it cannot deliver.
        expect([actions, resource]).toEqual([['s3:PutObject'], 'JournalStreamFailedBatches/*']);
      } else {
        // A connection's ARN ends with its id.
        expect(actions).toEqual(['execute-api:ManageConnections']);
        expect(resource).toMatch(/^WebSocketApi\/nbwss\/(GET|POST|DELETE)\/@connections\/\*$/);
      }
    }
  });
});

test('no function can scan, or change a table', () => {
  for (const role of statements.keys()) {
    for (const grant of grants(role)) {
      expect(grant).not.toMatch(/^dynamodb:(Scan|PartiQL|DeleteTable|UpdateT|CreateT|Export|BatchWrite)/);
    }
  }
});

test('only the API (endpoints, revoked keys, replayed notifications, overviews that a change makes wrong, mute rules), problems that recovered by themselves, and the sweep (deleted groups) delete items', () => {
  const deletes = [...statements.keys()].flatMap((role) => {
    const tables = grants(role).flatMap((grant) => /^dynamodb:DeleteItem on (\w+)/.exec(grant)?.[1] ?? []);
    return tables.length > 0 ? [[role, tables]] : [];
  });
  expect(Object.fromEntries(deletes)).toEqual({
    ApiRole: ['Endpoints', 'Keys', 'Overviews', 'Problems', 'Quarantine'],
    ProjectRole: ['Problems'],
    SweepRole: [
      'AnswerSizes',
      'Backups',
      'Commands',
      'Endpoints',
      'Groups',
      'Images',
      'Jobs',
      'Journal',
      'Overviews',
      'Problems',
      'Quarantine',
    ],
  });
});

test('only the functions that handle commands can read them: they may hold credentials', () => {
  const readers = [...statements.keys()].filter((role) =>
    grants(role).some((grant) => / on Commands\b/.test(grant)),
  );
  expect(readers.sort()).toEqual(['CommandRole', 'RespondRole', 'SessionRole', 'SweepRole']);
});

test('only the function that calls NetBackup for clients can decrypt credentials', () => {
  const part = (name: string) => `{"StringEquals":{"kms:EncryptionContext:part":"${name}"}}`;
  const decrypts = [...statements.keys()].flatMap((role) =>
    grants(role)
      .filter((grant) => grant.startsWith('kms:Decrypt'))
      .map((grant) => `${role}: ${grant}`),
  );
  expect(decrypts.sort()).toEqual([
    `CommandRole: kms:Decrypt on CommandKey if ${part('body')}`,
    `CommandRole: kms:Decrypt on CommandKey if ${part('netbackup-credential')}`,
    `CommandRole: kms:Decrypt on CommandKey if ${part('request')}`,
    `RespondRole: kms:Decrypt on CommandKey if ${part('request')}`,
    `SessionRole: kms:Decrypt on CommandKey if ${part('request')}`,
    `SweepRole: kms:Decrypt on CommandKey if ${part('request')}`,
  ]);
});

test('only our gateways and our rule may invoke functions', () => {
  const permissions = Object.values(resources(service, 'AWS::Lambda::Permission')).map(({ Properties }) => {
    expect(Properties.Action).toBe('lambda:InvokeFunction');
    return `${Properties.Principal} from ${write(Properties.SourceArn)} may call ${write(Properties.FunctionName)}`;
  });
  expect(permissions.sort()).toMatchSnapshot();
});
