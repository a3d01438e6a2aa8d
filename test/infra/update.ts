import type { Template } from './templates.ts';

interface Index {
  readonly IndexName: string;
}
const indexesOf = (template: Template, id: string): Map<string, string> =>
  new Map(
    ((template.Resources[id]?.Properties.GlobalSecondaryIndexes ?? []) as Index[]).map((index) => [
      index.IndexName,
      JSON.stringify(index),
    ]),
  );

/**
 * Why CloudFormation would refuse an update of the data stack, or replace a table: the key of a table cannot be changed, it
 * adds or removes one secondary index of a table in an update, and an export that another stack imports has to stay as it is.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 */
export function updateProblems(released: Template, next: Template): string[] {
  const problems: string[] = [];
  for (const [id, { Type, Properties }] of Object.entries(released.Resources)) {
    if (Type !== 'AWS::DynamoDB::Table') continue;
    const table = next.Resources[id];
    if (table === undefined) {
      problems.push(`${id} is no longer in the stack`);
      continue;
    }
    if (JSON.stringify(Properties.KeySchema) !== JSON.stringify(table.Properties.KeySchema))
      problems.push(`${id} has another key`);
    const [before, after] = [indexesOf(released, id), indexesOf(next, id)];
    const names = [...new Set([...before.keys(), ...after.keys()])];
    // A changed index is removed, then added.
    const changes = names.map((name) =>
      before.get(name) === after.get(name) ? 0 : before.has(name) && after.has(name) ? 2 : 1,
    );
    const sum = changes.reduce<number>((total, count) => total + count, 0);
    if (sum > 1) problems.push(`${id} needs ${sum} changes of indexes: ${names.join(', ')}`);
  }
  for (const [id, { Export, Value }] of Object.entries(released.Outputs ?? {})) {
    if (Export === undefined) continue;
    const output = next.Outputs?.[id];
    if (JSON.stringify(output?.Value) !== JSON.stringify(Value) || output?.Export?.Name !== Export.Name)
      problems.push(`the export ${Export.Name} is no longer in the stack, or has another value`);
  }
  return problems;
}
