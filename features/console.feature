Feature: The rescue console
  Without a disk that has a root there is no program to start. Then the kernel itself listens, and knows a few words.

  Background:
    Given Cor's own kernel
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
    And I should see "index out of bounds"
    And I should see "at mistake (kernel/"
    And I should see "at kernel/console/rescue.obey"

  Scenario: Rebooting
    When I type "reboot"
    Then I should see "Hello from the kernel."
    And I should see "Type help."
