import { z } from 'zod';
import { OrderId } from '../../domain/ids.ts';
import { OrderState } from '../../domain/lifecycle.ts';
import { cancelOrder } from '../../services/orders/cancel-order.ts';
import { placeOrder } from '../../services/orders/place-order.ts';
import { listOrders, readOrder } from '../../services/orders/read-orders.ts';
import { pageOf } from '../../services/views/common.ts';
import {
  CancelOrderInput,
  OrderDetail,
  OrderListInput,
  OrderSummary,
  PlacedOrder,
  PlaceOrderInput,
} from '../../services/views/orders.ts';
import { procedure, router } from '../trpc.ts';

export const ordersRouter = router({
  place: procedure
    .input(PlaceOrderInput)
    .output(PlacedOrder)
    .mutation(({ ctx, input }) => placeOrder(ctx, input)),
  cancel: procedure
    .input(CancelOrderInput)
    .output(z.object({ state: OrderState }))
    .mutation(({ ctx, input }) => cancelOrder(ctx, input)),
  list: procedure
    .input(OrderListInput)
    .output(pageOf(OrderSummary))
    .query(({ ctx, input }) => listOrders(ctx, input)),
  byId: procedure
    .input(z.object({ orderId: OrderId }))
    .output(OrderDetail)
    .query(({ ctx, input }) => readOrder(ctx, input.orderId)),
});
