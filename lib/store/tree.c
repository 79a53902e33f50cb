/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "store/tree.h"

#include <stddef.h>

/* Makes `fresh` (may be NULL) the child of old's parent instead of `old`. */
static void hand_over(struct engagep_tree_node **root, const struct engagep_tree_node *old,
                      struct engagep_tree_node *fresh)
{
    struct engagep_tree_node *parent = old->parent;
    if (parent == NULL)
        *root = fresh;
    else
        parent->child[parent->child[1] == old] = fresh;
    if (fresh != NULL)
        fresh->parent = parent;
}

static void adopt(struct engagep_tree_node *parent, int side, struct engagep_tree_node *child)
{
    parent->child[side] = child;
    if (child != NULL)
        child->parent = parent;
}

/* Moves x down to `side`; its child on the other side takes its place. */
static void rotate(struct engagep_tree_node **root, struct engagep_tree_node *x, int side)
{
    struct engagep_tree_node *up = x->child[!side];
    hand_over(root, x, up);
    adopt(x, !side, up->child[side]);
    adopt(up, side, x);
}

/* x leans by two: returns the root of the subtree after it is set right. */
static struct engagep_tree_node *rebalance(struct engagep_tree_node **root,
                                           struct engagep_tree_node *x)
{
    int side = x->balance > 0;
    int lean = side ? 1 : -1;
    struct engagep_tree_node *up = x->child[side];
    if (up->balance == -lean) {
        struct engagep_tree_node *top = up->child[!side];
        rotate(root, up, side);
        rotate(root, x, !side);
        x->balance = top->balance == lean ? -lean : 0;
        up->balance = top->balance == -lean ? lean : 0;
        top->balance = 0;
        return top;
    }
    rotate(root, x, !side);
    /* An even child occurs on removal only; then the height stays. */
    x->balance = up->balance == 0 ? lean : 0;
    up->balance = up->balance == 0 ? -lean : 0;
    return up;
}

void engagep_tree_link(struct engagep_tree_node **root, struct engagep_tree_node *node,
                       struct engagep_tree_node *parent, int side)
{
    node->parent = parent;
    node->child[0] = NULL;
    node->child[1] = NULL;
    node->balance = 0;
    if (parent == NULL) {
        *root = node;
        return;
    }
    parent->child[side] = node;
    for (struct engagep_tree_node *up = parent; up != NULL; up = up->parent) {
        up->balance += up->child[1] == node ? 1 : -1;
        if (up->balance == 0)
            return;
        if (up->balance == 2 || up->balance == -2) {
            rebalance(root, up);
            return;
        }
        node = up;
    }
}

/* The subtree of `up` on `side` has become one lower. */
static void shrunk(struct engagep_tree_node **root, struct engagep_tree_node *up, int side)
{
    while (up != NULL) {
        up->balance += side == 1 ? -1 : 1;
        if (up->balance == 1 || up->balance == -1)
            return;
        if (up->balance != 0) {
            up = rebalance(root, up);
            if (up->balance != 0)
                return;
        }
        struct engagep_tree_node *parent = up->parent;
        side = parent != NULL && parent->child[1] == up;
        up = parent;
    }
}

void engagep_tree_unlink(struct engagep_tree_node **root, struct engagep_tree_node *node)
{
    if (node->child[0] == NULL || node->child[1] == NULL) {
        struct engagep_tree_node *parent = node->parent;
        int side = parent != NULL && parent->child[1] == node;
        hand_over(root, node, node->child[node->child[0] == NULL]);
        shrunk(root, parent, side);
        return;
    }
    /* Two children: the next node in order, which has none before it, moves here. */
    struct engagep_tree_node *next = engagep_tree_first(node->child[1]);
    struct engagep_tree_node *from = next->parent;
    int side = 0;
    if (from == node) {
        from = next;
        side = 1;
    } else {
        adopt(from, 0, next->child[1]);
        adopt(next, 1, node->child[1]);
    }
    adopt(next, 0, node->child[0]);
    next->balance = node->balance;
    hand_over(root, node, next);
    shrunk(root, from, side);
}

void engagep_tree_replace(struct engagep_tree_node **root, struct engagep_tree_node *old,
                          struct engagep_tree_node *fresh)
{
    fresh->balance = old->balance;
    adopt(fresh, 0, old->child[0]);
    adopt(fresh, 1, old->child[1]);
    hand_over(root, old, fresh);
}

struct engagep_tree_node *engagep_tree_first(struct engagep_tree_node *root)
{
    if (root == NULL)
        return NULL;
    while (root->child[0] != NULL)
        root = root->child[0];
    return root;
}

struct engagep_tree_node *engagep_tree_next(struct engagep_tree_node *node)
{
    if (node->child[1] != NULL)
        return engagep_tree_first(node->child[1]);
    while (node->parent != NULL && node->parent->child[1] == node)
        node = node->parent;
    return node->parent;
}
