import { compilePattern } from '../../../local/events/pattern.ts';

/** Examples of https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html. */
const event = {
  source: 'aws.ec2',
  region: 'us-east-1',
  detail: {
    state: 'Running',
    file: 'dir/photo.png',
    count: 5,
    limit: '5',
    none: null,
    empty: '',
    tags: ['red', 'blue'],
    flag: false,
    parts: [{ id: 1 }, { id: 2 }],
  },
};

test.each<[object, boolean]>([
  [{}, true],
  [{ source: ['aws.ec2'] }, true],
  [{ source: ['aws.s3', 'aws.ec2'] }, true],
  [{ source: ['aws.s3'] }, false],
  [{ source: ['aws.ec2'], region: ['eu-west-1'] }, false],
  [{ source: [{ prefix: 'aws.' }] }, true],
  [{ source: [{ prefix: 'AWS.' }] }, false],
  [{ detail: { file: [{ suffix: '.png' }] } }, true],
  [{ detail: { file: [{ suffix: '.jpg' }] } }, false],
  [{ detail: { state: [{ 'anything-but': 'Stopped' }] } }, true],
  [{ detail: { state: [{ 'anything-but': ['Stopped', 'Running'] }] } }, false],
  [{ detail: { state: [{ 'anything-but': { prefix: 'Run' } }] } }, false],
  [{ detail: { absent: [{ 'anything-but': 'x' }] } }, false],
  [{ detail: { count: [{ numeric: ['>', 0, '<=', 5] }] } }, true],
  [{ detail: { count: [{ numeric: ['<', 5] }] } }, false],
  [{ detail: { count: [{ numeric: ['=', 5] }] } }, true],
  [{ detail: { count: [{ numeric: ['=', 4] }] } }, false],
  [{ detail: { count: [{ numeric: ['<', 6] }] } }, true],
  [{ detail: { count: [{ numeric: ['<=', 4] }] } }, false],
  [{ detail: { count: [{ numeric: ['>', 5] }] } }, false],
  [{ detail: { count: [{ numeric: ['>=', 5] }] } }, true],
  [{ detail: { count: [{ numeric: ['>=', 6] }] } }, false],
  [{ detail: { count: [{ numeric: ['>', 0, '<', 5] }] } }, false],
  [{ detail: { count: [{ prefix: '5' }] } }, false],
  [{ detail: { limit: [{ numeric: ['=', 5] }] } }, false],
  [{ detail: { count: ['5'] } }, false],
  [{ detail: { count: [5] } }, true],
  [{ detail: { none: [null] } }, true],
  [{ detail: { empty: [''] } }, true],
  [{ detail: { flag: [false] } }, true],
  [{ detail: { absent: [null] } }, false],
  [{ detail: { state: [{ exists: true }] } }, true],
  [{ detail: { none: [{ exists: true }] } }, true],
  [{ detail: { absent: [{ exists: true }] } }, false],
  [{ detail: { absent: [{ exists: false }] } }, true],
  [{ missing: { absent: [{ exists: false }] } }, true],
  [{ detail: { tags: ['blue'] } }, true],
  [{ detail: { tags: ['green'] } }, false],
  [{ detail: { parts: { id: [2] } } }, true],
  [{ detail: { parts: { id: [3] } } }, false],
])('%j matches: %s', (pattern, expected) => {
  expect(compilePattern(pattern)(event)).toBe(expected);
});

test.each([
  [{ a: [{ cidr: '10.0.0.0/8' }] }, 'the filter cidr'],
  [{ a: [{ wildcard: 'x*' }] }, 'the filter wildcard'],
  [{ a: [{ 'anything-but': { wildcard: 'x*' } }] }, 'the filter wildcard'],
  [{ a: [{ 'equals-ignore-case': 'x' }] }, 'the filter equals-ignore-case'],
  [{ a: [{ prefix: { 'equals-ignore-case': 'x' } }] }, 'the filter equals-ignore-case'],
  [{ a: [{ numeric: ['~', 1] }] }, 'numeric ["~",1]'],
  [{ a: [{ numeric: ['=', '1'] }] }, 'numeric ["=","1"]'],
  [{ $or: [{ a: ['x'] }, { b: ['y'] }] }, 'the operator $or'],
  ['text', 'a pattern that is not an object'],
])('an unsupported pattern is refused by name: %j', (pattern, what) => {
  expect(() => compilePattern(pattern)).toThrow(what);
});
