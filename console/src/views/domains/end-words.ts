/** Why a connection ended, and why one was rejected. */
import { REJECTION_EXPLANATIONS } from '../../../../lambdas/connections/rejection-reasons.ts';
import { CLOSE_EXPLANATIONS, CODE_EXPLANATIONS } from '../../../../lambdas/groups/close-reasons.ts';
import { words } from '../../i18n/words.ts';

export const endWords = words(
  {
    planned: 'planned',
    closedFor: CLOSE_EXPLANATIONS,
    codes: CODE_EXPLANATIONS,
    withCode: (text: string, code: string) => `${text} (code ${code})`,
    rejections: REJECTION_EXPLANATIONS,
  },
  {
    planned: '計画的な切断',
    closedFor: {
      'never-spoke': 'こちらから切断: CONNECT を受信しませんでした',
      rejected: 'こちらから切断: トークンを拒否しました',
      superseded: 'こちらから切断: 同じドメインの新しい接続に置き換えられました',
      'not-the-session': 'こちらから切断: ドメインには別の接続があります',
      'no-heartbeat': 'こちらから切断: NetBackup が応答しなくなりました',
      lifetime: 'こちらから計画どおりに切断: API Gateway は 2 時間で接続を終了します',
      operator: 'こちらから切断: 管理者が要求しました',
      unanswered: 'こちらから切断: CONNECT の応答を送信できませんでした。NetBackup は再接続します',
      'token-ended': 'こちらから切断: トークンが失効したか、置き換えられました',
      'token-expired': 'こちらから切断: トークンの有効期限が切れました。NetBackup に新しい接続情報が必要です',
      'endpoint-disabled': 'こちらから切断: エンドポイントが無効になりました',
      'endpoint-deleted': 'こちらから切断: エンドポイントが削除されました',
      'group-deleted': 'こちらから切断: グループが削除されました',
    },
    codes: {
      1000: 'NetBackup が切断: エンドポイントの無効化または削除、もしくは Web サービスの停止',
      1001: '終了: API Gateway で 10 分間通信なし、または 2 時間の経過。もしくは NetBackup の再起動',
      1002: 'プロトコルエラー',
      1003: 'ゲートウェイが対応していないバイナリメッセージ',
      1005: 'NetBackup がコードなしで切断',
      1006: 'ネットワーク接続が切れました',
      1007: '復号できないメッセージ',
      1008: 'リレーが切断: 大きなメッセージが最後まで届かなかったか、接続が受け入れられませんでした',
      1009: 'ゲートウェイの上限（API Gateway: 128 KB、1 フレーム 32 KB。リレー: 64 MB）を超えるメッセージ',
      1011: 'NetBackup で予期しない状態が発生',
      1012: 'リレーが更新などのために再起動しました。NetBackup は 1 分以内に再接続します',
      4001: '同じドメインの新しい接続に置き換えられました',
      4002: 'ドメインには別の接続があります',
      4003: 'NetBackup が応答しなくなりました',
      4004: 'CONNECT の応答を送信できませんでした。NetBackup は再接続します',
      4005: 'リレーが切断: 6 分間、ping も含めて何も受信しませんでした',
    },
    withCode: (text: string, code: string) => `${text}（コード ${code}）`,
    rejections: {
      'no-token': 'CONNECT にトークンがありません',
      'malformed-token': 'このデプロイメントが発行したトークンではありません',
      'unknown-endpoint': 'トークンのエンドポイントが存在しないか、削除されています',
      'endpoint-disabled': 'エンドポイントが無効です',
      'wrong-token':
        'トークンが失効したか、置き換えられました。最新の接続情報を NetBackup に登録してください（削除してから追加）',
      'expired-token':
        'トークンの有効期限が切れました。新しいトークンを作成して NetBackup に登録してください（削除してから追加）',
      'unknown-group': 'グループが存在しないか、削除されています',
      'address-not-allowed': '接続元アドレスがグループの allowedCidrs に含まれていません',
      'already-rejected': '同じ接続で以前の CONNECT が拒否されています',
      'other-endpoint': '同じ接続で以前の CONNECT が別のエンドポイントのトークンを使用しました',
    },
  },
);
