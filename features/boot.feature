Feature: Boot
  One image, two machines: the same lines on the serial console, whatever they come from.

  Scenario: Cor greets from its kernel alone
    Given Cor's own kernel
    When I run the machine
    Then I should see "Hello from the kernel."
    And I should see "This is Cor"
    And I should see "speaking on the serial console."

  Scenario Outline: From its <medium> to a shell
    Given Cor's own <medium>
    When I run the machine
    Then I should see "Hello from the kernel."
    And I should see "This is Cor"
    And I should see "speaking on the serial console."
    And I should see "<root>"
    And I should see "# "
    When I type "cd /; echo *bin tmp* : $((6 * 7))"
    Then I should see "bin sbin tmp : 42"

    Examples:
      | medium | root                             |
      | disk   | The root is the ext2 of hda2.    |
      | CD     | The root is in memory:           |

  Scenario: GRUB loads it, with a root in an archive
    Given a CD with GRUB 2 on it
    When I run the machine
    Then I should see "The root is in memory:"
    And I should see "# "
    When I type "ls / | wc -l; echo $((6 * 7)) here"
    Then I should see "42 here"
    And the screen shows "Booted by GRUB 2"
