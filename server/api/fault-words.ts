/** Each fault in words, in both languages: what happened, and where it helps, what to do. Exhaustive: a fault without words does not compile. */
import type { Fault, FaultCode, FaultOf } from '../domain/faults.ts';
import { territoriesWords, territoryWords } from '../domain/residency.ts';
import type { LocalText } from '../domain/text.ts';

type Words = { readonly [C in FaultCode]: (fault: FaultOf<C>) => LocalText };

const percent = (bp: number): string => `${bp / 100}%`;
const issues = (list: readonly { readonly path: string; readonly message: string }[]): string =>
  list.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');

const STALE = {
  expired: { en: 'it has expired', zh: '已过期' },
  consumed: { en: 'it was ordered already', zh: '已被订购' },
  inputs_changed: { en: 'the configuration or the offering changed since', zh: '配置或产品版本已变更' },
  prices_changed: { en: 'a new price book applies', zh: '已启用新的价格表' },
} as const satisfies Record<FaultOf<'preview_stale'>['why'], LocalText>;

const CHANGE_STALE = {
  expired: { en: 'the plan is too old', zh: '变更计划已过期' },
  tenant_changed: { en: 'the tenant changed since', zh: '租户在此期间已有变更' },
  asked: { en: 'it was asked for already', zh: '已提交过' },
} as const satisfies Record<FaultOf<'change_stale'>['why'], LocalText>;

const mib = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;

const WORDS: Words = {
  not_signed_in: () => ({ en: 'You are not signed in.', zh: '尚未登录。' }),
  session_ended: () => ({ en: 'Your session has ended. Sign in again.', zh: '会话已结束，请重新登录。' }),
  session_needed: () => ({
    en: 'A token cannot make tokens: it would outlive its own end. Sign in to make one.',
    zh: '令牌不能创建令牌，否则其权限将超出自身有效期。请登录后创建。',
  }),
  right_missing: ({ right }) => ({
    en: `This needs the right ${right}. An administrator of your organisation can give it.`,
    zh: `需要权限 ${right}，可由本组织的管理员授予。`,
  }),
  not_found: ({ what }) => ({ en: `Not found: ${what}.`, zh: `未找到：${what}。` }),
  offering_unknown: ({ offering }) => ({ en: `There is no offering ${offering}.`, zh: `没有产品 ${offering}。` }),
  offering_not_orderable: ({ offering, lifecycle }) => ({
    en: `${offering} is not open to orders: it is ${lifecycle}.`,
    zh: `${offering} 当前不可订购，状态为 ${lifecycle}。`,
  }),
  plan_not_for_model: ({ plan, model }) => ({
    en: `Plan ${plan} is not offered for the model ${model}.`,
    zh: `部署形态 ${model} 不提供规格 ${plan}。`,
  }),
  model_not_available: ({ model }) => ({
    en: `The model ${model} is not available.`,
    zh: `部署形态 ${model} 不可用。`,
  }),
  module_not_selectable: ({ module }) => ({
    en: `The module ${module} cannot be chosen.`,
    zh: `模块 ${module} 不可选。`,
  }),
  params_invalid: (fault) => ({
    en: `Some parameters are not valid: ${issues(fault.issues)}.`,
    zh: `部分参数无效：${issues(fault.issues)}。`,
  }),
  name_taken: ({ name }) => ({
    en: `The name ${name} is taken. Choose another.`,
    zh: `名称 ${name} 已被占用，请换一个。`,
  }),
  no_price: ({ sku, currency }) => ({
    en: `${sku} has no price in ${currency}.`,
    zh: `${sku} 没有 ${currency} 价格。`,
  }),
  preview_not_ready: () => ({
    en: 'The plan is still being computed. Order when it is there.',
    zh: '变更计划仍在生成，请稍后下单。',
  }),
  preview_failed: ({ reason }) => ({
    en: `The plan could not be computed: ${reason}. Nothing was ordered.`,
    zh: `无法生成变更计划：${reason}。未下单。`,
  }),
  preview_stale: ({ why }) => ({
    en: `The plan is no longer the current one: ${STALE[why].en}. Compute it again.`,
    zh: `变更计划已不是最新：${STALE[why].zh}。请重新生成。`,
  }),
  plan_changed: ({ approvedHash, plannedHash }) => ({
    en: `The plan changed: ${approvedHash.slice(0, 6)} was read, ${plannedHash.slice(0, 6)} stands now.`,
    zh: `变更计划有变：已读为 ${approvedHash.slice(0, 6)}，当前为 ${plannedHash.slice(0, 6)}。`,
  }),
  idempotency_key_reused: () => ({
    en: 'This idempotency key was used for another request. Use a new one.',
    zh: '此幂等键已用于另一请求，请使用新的幂等键。',
  }),
  action_refused: ({ action, state }) => ({
    en: `The tenant is ${state}; ${action} does not start from there.`,
    zh: `租户状态为 ${state}，不能由此开始 ${action}。`,
  }),
  order_state: ({ asked, state }) => ({
    en: `The order is ${state}; ${asked} is not possible now.`,
    zh: `订单状态为 ${state}，当前不能执行 ${asked}。`,
  }),
  quote_state: ({ asked, state }) => ({
    en: `The quote is ${state}; ${asked} is not possible now.`,
    zh: `报价单状态为 ${state}，当前不能执行 ${asked}。`,
  }),
  quote_expired: ({ validUntil }) => ({
    en: `The quote was valid until ${validUntil}. Ask for a new one.`,
    zh: `报价单有效期至 ${validUntil}，请索取新的报价单。`,
  }),
  discount_over_limit: ({ askedBp, limitBp }) => ({
    en: `A discount of ${percent(askedBp)} is above the limit of ${percent(limitBp)}.`,
    zh: `折扣 ${percent(askedBp)} 超出上限 ${percent(limitBp)}。`,
  }),
  run_state: ({ asked, state }) => ({
    en: `The run is ${state}; ${asked} is not possible now.`,
    zh: `执行状态为 ${state}，当前不能执行 ${asked}。`,
  }),
  confirmation_mismatch: ({ expected }) => ({
    en: `The typed name is not ${expected}. Nothing was changed.`,
    zh: `输入的名称不是 ${expected}。未做任何更改。`,
  }),
  capacity_exceeded: ({ resource, asked, free, unit }) => ({
    en: `${resource}: ${asked} ${unit} asked, ${free} ${unit} free.`,
    zh: `${resource}：请求 ${asked} ${unit}，可用 ${free} ${unit}。`,
  }),
  residency_unmet: ({ residency, territories }) => ({
    en: `Records must stay in ${territoryWords(residency).en}; this model is offered in ${territoriesWords(territories).en}. Choose that, or ask for a target there.`,
    zh: `数据须驻留于${territoryWords(residency).zh}，而该部署形态可用于${territoriesWords(territories).zh}。请改选，或申请当地的目标环境。`,
  }),
  change_empty: () => ({ en: 'Nothing would change.', zh: '没有任何变更。' }),
  change_stale: ({ why }) => ({
    en: `This change can no longer be asked for: ${CHANGE_STALE[why].en}. Plan it again.`,
    zh: `此变更已不能提交：${CHANGE_STALE[why].zh}。请重新生成变更计划。`,
  }),
  change_state: ({ asked, state }) => ({
    en: `The change is ${state}; ${asked} is not possible now.`,
    zh: `变更状态为 ${state}，当前不能执行 ${asked}。`,
  }),
  move_refused: ({ from, to }) => ({
    en: `A ${from} tenant cannot be moved to ${to}. Order a ${to} tenant beside it and take the data over.`,
    zh: `${from} 租户不能迁移为 ${to}。请另行订购 ${to} 租户并迁移数据。`,
  }),
  parameter_kept: ({ name, rule, from, to }) =>
    rule === 'fixed'
      ? {
          en: `${name} is settled when a tenant is ordered: it stays ${from}.`,
          zh: `${name} 在订购时即已确定，保持为 ${from}。`,
        }
      : {
          en: `${name} may only grow in a running tenant: from ${from} to ${to} something would be lost.`,
          zh: `运行中的租户只能增大 ${name}：由 ${from} 改为 ${to} 会丢失内容。`,
        },
  module_in_use: ({ module, rows }) =>
    rows === null
      ? { en: `The module ${module} cannot be taken out.`, zh: `模块 ${module} 不能移除。` }
      : {
          en: `The module ${module} holds ${rows} rows, which would be lost. Delete or export them first, or keep the module.`,
          zh: `模块 ${module} 中有 ${rows} 行数据，移除会丢失。请先删除或导出，或保留该模块。`,
        },
  storage_in_use: ({ usedBytes, limitBytes }) => ({
    en: `${mib(usedBytes)} are stored and the plan holds ${mib(limitBytes)}. Free storage first, or choose a larger plan.`,
    zh: `已存储 ${mib(usedBytes)}，该规格上限为 ${mib(limitBytes)}。请先释放空间，或选择更大的规格。`,
  }),
  connections_in_use: ({ used, limit }) => ({
    en: `${used} SQL sessions are open and the plan allows ${limit}. Close them first.`,
    zh: `当前有 ${used} 个 SQL 会话，该规格允许 ${limit} 个。请先关闭。`,
  }),
  party_unknown: ({ offering }) => ({
    en: `Nothing that this tenant of ${offering} has could be used with a key of one party.`,
    zh: `${offering} 的此租户没有可供单一参与方使用的功能，密钥无法限定参与方。`,
  }),
  key_already_shown: () => ({
    en: 'The key was shown already, or is not made yet. It is shown once.',
    zh: '密钥已显示过，或尚未生成。密钥仅显示一次。',
  }),
  decided_already: ({ by }) => ({ en: `${by} has decided already.`, zh: `${by} 已作出决定。` }),
  own_request: () => ({
    en: 'Your own request needs another person’s decision.',
    zh: '自己的申请须由他人决定。',
  }),
  too_many_requests: ({ retryAfterSeconds }) => ({
    en: `Too many requests. The next try is possible in ${retryAfterSeconds} s.`,
    zh: `请求过多，${retryAfterSeconds} 秒后可重试。`,
  }),
  body_too_large: ({ maxBytes }) => ({
    en: `The request is larger than ${maxBytes} bytes.`,
    zh: `请求超过 ${maxBytes} 字节。`,
  }),
  content_type: ({ expected }) => ({ en: `The request must be ${expected}.`, zh: `请求类型须为 ${expected}。` }),
  origin_refused: () => ({ en: 'The request came from another site.', zh: '请求来自其他站点。' }),
  invalid_input: (fault) => ({
    en: `Some fields are not valid: ${issues(fault.issues)}.`,
    zh: `部分字段无效：${issues(fault.issues)}。`,
  }),
  tenant_unreachable: ({ ref, reason }) => ({
    en: `Tenant ${ref} does not answer: ${reason}.`,
    zh: `租户 ${ref} 无响应：${reason}。`,
  }),
  internal: () => ({
    en: 'This failed on our side. Try again; if it stays like this, send us the request id.',
    zh: '服务端处理失败。请重试；若仍如此，请将请求编号发给我们。',
  }),
};

/** A fault in words. */
export function faultWords(fault: Fault): LocalText {
  const say = WORDS[fault.code] as (fault: Fault) => LocalText;
  return say(fault);
}
