/** What the shop's page draws: where orders stand, what is sold, the way of one order. */
import type { Picture } from '../../../server/domain/picture.ts';
import { text } from '../../kit/offering.ts';
import { stateMachine } from './processes.ts';

/** Codes of states, in the words of the state machine. */
const STATES = Object.fromEntries(stateMachine.states.map(({ code, name }) => [code, name]));

export const pictures: Picture[] = [
  {
    kind: 'states',
    name: 'order_states',
    title: text('Where orders stand', '订单所处状态'),
    what: text('Orders of the last 90 days in each state.', '近 90 天订单在各状态的数量。'),
    rows: { kind: 'view', name: 'orders_by_state', where: {} },
    inputs: [],
    words: {},
    module: null,
    machine: null,
    state: 'state',
    count: 'orders',
  },
  {
    kind: 'series',
    name: 'sales',
    title: text('Sales by day', '每日成交额'),
    what: text('Value of the orders paid each day (UTC), by currency.', '每日（UTC）支付订单的成交额，按币种分列。'),
    rows: { kind: 'view', name: 'sales_by_day', where: {} },
    inputs: [],
    words: {},
    module: null,
    x: { column: 'day', kind: 'time' },
    measures: [{ column: 'gmv_minor', label: text('Sales', '成交额') }],
    by: 'currency',
    figure: 'money',
    unit: '',
  },
  {
    kind: 'path',
    name: 'order_history',
    title: text('The way of an order', '订单轨迹'),
    what: text('Every step of one order, and who took it.', '单笔订单的每次流转及操作者。'),
    rows: { kind: 'view', name: 'order_events', where: {} },
    inputs: [
      { name: 'order_no', label: text('Order number', '订单号'), choices: null, optional: false, example: null },
    ],
    words: STATES,
    module: null,
    step: 'to_state',
    at: 'at',
    place: null,
    note: 'actor',
  },
];
