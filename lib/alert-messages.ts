/**
 * The messages of an alert: input transformers of EventBridge, from the event of a problem (`docs/event-schemas.json`)
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html). Bodies contain whole values only, which
 * EventBridge writes as JSON, so that no quotation mark in a name breaks them. They use members that every problem has.
 */
import { EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';

const of = (member: string): string => EventField.fromPath(`$.detail.${member}`);
/** The detail-type as the title, such as `Problem Opened`. */
const title = (): string => EventField.detailType;
const facts = () => [
  ['Severity', of('severity')],
  ['Kind', of('kind')],
  ['Since', of('since')],
  ['Problem', of('problemId')],
];

const webhook = () => ({ type: title(), timestamp: of('at'), data: EventField.fromPath('$.detail') });
/** The event in the format of Standard Webhooks (https://www.standardwebhooks.com). */
export const webhookBody = (): RuleTargetInput => RuleTargetInput.fromObject(webhook());

/** The same for the function that signs it and knows the alert (`lambdas/webhooks/deliver.ts`). */
export const queuedWebhook = (alert: string): RuleTargetInput =>
  RuleTargetInput.fromObject({ alert, body: webhook() });

/**
 * The body for an incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). Plain text, so that
 * names are not read as mark-up.
 */
export const slackBody = (): RuleTargetInput => {
  const plain = (text: string) => ({ type: 'plain_text', text });
  return RuleTargetInput.fromObject({
    text: of('text'),
    blocks: [
      { type: 'header', text: plain(title()) },
      { type: 'section', text: plain(of('text')) },
      { type: 'context', elements: facts().map(([, value = '']) => plain(value)) },
    ],
  });
};

/** An adaptive card for a workflow "when a Teams webhook request is received" (https://adaptivecards.io/explorer). */
export const teamsBody = (): RuleTargetInput =>
  RuleTargetInput.fromObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { type: 'TextBlock', size: 'Large', weight: 'Bolder', wrap: true, text: title() },
            { type: 'TextBlock', wrap: true, text: of('text') },
            { type: 'FactSet', facts: facts().map(([name, value]) => ({ title: name, value })) },
          ],
        },
      },
    ],
  });

/** The text of an e-mail. EventBridge puts each line between quotation marks; SNS sets the subject. */
export const emailText = (apiUrl: string): RuleTargetInput =>
  RuleTargetInput.fromMultilineText(
    [
      `${title()}: ${of('text')}`,
      `Severity: ${of('severity')}. Kind: ${of('kind')}. Since ${of('since')}, last seen ${of('last')}.`,
      `Details: GET ${apiUrl}/v1/problems/${of('problemId')}`,
    ].join('\n'),
  );
