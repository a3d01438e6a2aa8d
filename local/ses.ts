import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Recorder } from './front-door/record.ts';
import type { AwsService } from './front-door/service.ts';
import type { ServiceContext } from './service-context.ts';

const content = z.strictObject({ Data: z.string(), Charset: z.literal('UTF-8') });
const request = z.strictObject({
  FromEmailAddress: z.string(),
  Destination: z.strictObject({ ToAddresses: z.array(z.string()).min(1).max(50) }),
  Content: z.strictObject({
    Simple: z.strictObject({
      Subject: content,
      Body: z.strictObject({ Text: content, Html: content }),
    }),
  }),
});
type Request = z.infer<typeof request>;

/** A mail that was accepted. */
export interface SesMail {
  /** Epoch ms. */
  readonly at: number;
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * SES, for messages of two parts only (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html). Nothing is sent;
 * every domain counts as a verified identity.
 */
export function createSes({ model, clock }: ServiceContext, sent: Recorder<SesMail>): AwsService {
  return {
    access: (action, input: Request) => {
      const { FromEmailAddress: from, Destination } = request.parse(input);
      const domain = from.slice(from.indexOf('@') + 1);
      return [
        {
          action: `ses:${action}`,
          resource: `arn:aws:ses:${model.region}:${model.account}:identity/${domain}`,
          context: { 'ses:FromAddress': [from], 'ses:Recipients': Destination.ToAddresses },
        },
      ];
    },
    call: async (_action, { FromEmailAddress, Destination, Content: { Simple } }: Request) => {
      const { Subject, Body } = Simple;
      const messageId = randomUUID();
      sent.push({
        at: clock.now(),
        messageId,
        from: FromEmailAddress,
        to: Destination.ToAddresses,
        subject: Subject.Data,
        text: Body.Text.Data,
        html: Body.Html.Data,
      });
      return { body: { MessageId: messageId } };
    },
  };
}
