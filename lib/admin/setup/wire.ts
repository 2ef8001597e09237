// What the set-up in the sidebar is answered by its route. Types alone: the editor's code is compiled against them.

/** What can be set up, each from a shipped example. */
export const SETUP_KINDS = ['bambuddy', 'octoprint', 'shop'] as const;
export type SetupKind = (typeof SETUP_KINDS)[number];

/** A node as a flow file has it. */
export interface FlowNode {
    id: string;
    type: string;
    /** its flow */
    z?: string;
    wires?: string[][];
    [property: string]: unknown;
}
