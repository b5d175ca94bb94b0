Feature: Processes
  Programs run beside each other, each as if the machine were its own; what one does, or does wrong, is no other's affair.

  Background:
    When I run the machine
    Then I should see "The root is the ext2 of hda2."
    And I should see "# "

  Scenario: Every system call does what it promises, and refuses what it should
    When I type "usertests -q"
    Then I should see "0 failed"
    And I should see "ALL TESTS PASSED"

  Scenario: A storm of forks ends
    When I type "usertests 'storm of forks'"
    Then I should see "ALL TESTS PASSED"
    When I type "echo still $((1 + 1)) here"
    Then I should see "still 2 here"

  Scenario: Two programs that calculate share the processor
    When I type "usertests 'two that calculate'"
    Then I should see "ok two that calculate get about the same"

  Scenario: Memory is free again when a program has ended
    When I type "usertests -n 5 children"
    Then I should see "round 5"
    And I should see "ALL TESTS PASSED"

  Scenario: No memory is left, and the machine goes on
    When I type "usertests 'no more memory'; usertests 'memory that was promised'"
    Then I should see "ok no more memory is an error, and no end"
    And I should see "ok memory that was promised and is not there ends the program, not the kernel"
    When I type "ls / | wc -l; echo still $((1 + 1)) here"
    Then I should see "still 2 here"

  Scenario: Programs keep out of the kernel and off its instructions
    When I type "usertests 'what a program must not do'"
    Then I should see "ALL TESTS PASSED"
    And I don't see "PANIC"

  Scenario: A stack that is used up ends its program
    When I type "usertests 'the stack'"
    Then I should see "ok the stack has an end"
    And I should see "ALL TESTS PASSED"

  Scenario: A file that is no program is not run
    When I type "usertests 'exec of a'"
    Then I should see "ok exec of a damaged program is ENOEXEC, whatever is damaged"
    And I should see "ALL TESTS PASSED"

  Scenario: Many things at once come out right
    When I type "stress -n 2"
    Then I should see "stress: all is well"
