/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Balanced trees (AVL) whose nodes lie inside what they order. Nothing here
 * allocates, so that nothing here can fail: taking a node out and putting it back
 * are safe in a rollback. The caller descends and compares; this file keeps the
 * shape.
 */
#ifndef ENGAGEP_STORE_TREE_H
#define ENGAGEP_STORE_TREE_H

struct engagep_tree_node {
    struct engagep_tree_node *parent;
    struct engagep_tree_node *child[2]; /* 0: before, 1: after */
    int balance;                        /* height of child[1] less that of child[0] */
};

/* Hangs a new node below `parent` on a side that is empty there, or makes it the
 * root where parent is NULL. */
void engagep_tree_link(struct engagep_tree_node **root, struct engagep_tree_node *node,
                       struct engagep_tree_node *parent, int side);

void engagep_tree_unlink(struct engagep_tree_node **root, struct engagep_tree_node *node);

/* Puts `fresh` where `old` is; the order must allow it. */
void engagep_tree_replace(struct engagep_tree_node **root, struct engagep_tree_node *old,
                          struct engagep_tree_node *fresh);

/* The first node in order, and the one after a node; NULL where there is none. */
struct engagep_tree_node *engagep_tree_first(struct engagep_tree_node *root);
struct engagep_tree_node *engagep_tree_next(struct engagep_tree_node *node);

#endif
