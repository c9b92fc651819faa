"""Every fault at every step of what an app does with the servers, and what comes of it.

An action is run once without a fault.  Then it is run again and again, each time with one
fault at one step of the conversation that the first run had, and each time from the same
beginning (`ground`).  What the action said of it is compared with what there is.

`plan` makes rows of steps, `kinds` knows which faults fit a step, `lines` writes each as a line
of `when(…)`, `running` runs an action in a thread that can be ended, `observing` looks at outbox
and mailboxes, `judging` compares, `result` tells.  It acts through rules only, as a test would.
"""
