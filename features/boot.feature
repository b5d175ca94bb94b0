Feature: Boot
  One image, two machines: the same lines on the serial console, whatever they come from.

  Scenario Outline: Cor greets from its <medium>
    Given Cor's own <medium>
    When I run the machine
    Then I should see "Hello from the kernel."
    And I should see "This is Cor"
    And I should see "speaking on the serial console."

    Examples:
      | medium |
      | disk   |
      | CD     |
      | kernel |
