Feature: The serial console
  The first kernel has a small monitor: it shows that input arrives, that time passes, and what a mistake looks like.

  Background:
    When I run the machine
    Then I should see "Type help."

  Scenario: What is typed comes back, and is obeyed
    When I type "help"
    Then I should see "help"
    And I should see "uptime   seconds since the timer was started"
    And I should see "> "

  Scenario: A word that is no command
    When I type "xyzzy"
    Then I should see "xyzzy? Type help."
    And I don't see "PANIC"

  Scenario: Backspace takes back
    When I type "heXX<BS><BS>lp"
    Then I should see "the memory map"

  Scenario: Time passes
    When I type "uptime"
    Then I should see "second"

  Scenario: A mistake in the kernel is named
    When I type "panic"
    Then I should see "PANIC"
    And I should see "#UD"

  Scenario: Rebooting
    When I type "reboot"
    Then I should see "Hello from the kernel."
    And I should see "Type help."
