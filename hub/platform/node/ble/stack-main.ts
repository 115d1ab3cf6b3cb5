import { NobleStack } from "./noble-stack.ts";
import type { StackOrder, StackReport } from "./stack-messages.ts";

/*
 * The process in which the Bluetooth stack lives: orders come from the hub, what happens is reported. It ends when the
 * hub does; when the stack throws, the hub starts it anew.
 */

const report = (report: StackReport): void => {
  if (process.connected) process.send?.(report);
};

let stack: NobleStack | undefined;

process.on("message", (order: StackOrder) => {
  if (order.kind !== "start") {
    stack?.order(order);
    return;
  }
  stack = new NobleStack(report, order.patience, order.isCaptured);
  stack.start(order.adapter);
});

process.on("disconnect", () => process.exit());
// Ctrl-C at a terminal reaches this process too; it is the hub that ends it, in order.
process.on("SIGINT", () => {});
